import { resolve } from "@std/path/posix";
import type { SpecSettings } from "../settings/table/settings_table.ts";
import type { Pm2App } from "./pm2_app.ts";

/**
 * The links to its logs that an app is to have, where it says where its logs are to be.
 *
 * @param place.cwd Its working directory, absolute: PM2's paths of logs begin there.
 * @param place.home What `~` stands for.
 * @param note Told what is not as in PM2.
 */
export function linksOf(
  { outFile, errorFile, logFile, mergeLogs = false }: Pm2App,
  { cwd, home, instances }: {
    readonly cwd: string;
    readonly home: string | undefined;
    readonly instances: number;
  },
  note: (text: string) => void,
): Pick<Partial<SpecSettings>, "log_links"> {
  const pathOf = (path: string | undefined) => {
    // Nobody wants to look there.
    if (path === undefined || /^(NULL|\/dev\/null)$/.test(path)) return undefined;
    if (/^(\/dev\/(stdout|stderr|tty|fd\/.*)|\/proc\/.*)$/.test(path)) {
      note(`its log is to be ${path}: 'tsm run FILE' prints what all write, in the foreground`);
      return undefined;
    }
    return resolve(cwd, home === undefined ? path : path.replace(/^~(?=\/|$)/, home));
  };
  const [own, err, both] = [outFile, errorFile, logFile].map(pathOf);
  const out = own ?? both;
  const links = {
    ...out === undefined ? {} : { out },
    // One path cannot be a link to two logs.
    ...err === undefined || err === out ? {} : { err },
  };
  if (both !== undefined && own === undefined || out !== undefined && err === out) {
    note(`${out} becomes a link to its stdout log alone: 'tsm logs' shows stderr too`);
  } else if (both !== undefined) {
    note("log_file is ignored: 'tsm logs' shows both logs together");
  }
  const isLinked = Object.keys(links).length > 0;
  if (mergeLogs && instances > 1) {
    const first = isLinked ? ", and the paths lead to the first one's" : "";
    note(`merge_logs: each instance has logs of its own${first}: 'tsm logs' shows all together`);
  }
  return isLinked ? { log_links: { ...links, merge: mergeLogs } } : {};
}
