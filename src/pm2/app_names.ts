import { basename } from "@std/path/posix";
import type { Pm2App } from "./pm2_app.ts";

/**
 * What the apps of a file are called. One without a name is called as PM2 calls it, by what is
 * behind the last `/` of its script or command line, without an extension; where another one is
 * called so, by the whole of it.
 *
 * @example
 * ```ts
 * import { appNames } from "./app_names.ts";
 * import { EMPTY_APP } from "./pm2_app.ts";
 *
 * const apps = ["npm run a", "api/index.js", "web/index.js"];
 * appNames(apps.map((script) => ({ ...EMPTY_APP, script })));
 * // ["npm run a", "api/index", "web/index"]
 * ```
 */
export function appNames(apps: readonly Pm2App[]): readonly string[] {
  const names = apps.map(({ name, script = "" }) => name ?? withoutExtension(basename(script)));
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return apps.map(({ name, script = "" }, index) => {
    const short = names[index]!;
    const isAlone = name !== undefined || counts.get(short) === 1;
    return isAlone ? short : withoutExtension(script);
  });
}

function withoutExtension(name: string): string {
  const dot = name.lastIndexOf(".");
  return dot > 0 && !name.slice(dot).includes("/") ? name.slice(0, dot) : name;
}
