import { type Contender, isMissing, type Missing } from "../contender.ts";
import { fromNpm } from "./npm_cache.ts";
import { findPm2, PM2_PACKAGE } from "./pm2.ts";

const NAME = "pm2-logrotate";
const VERSION = "3.0.0";

/** Its settings, as `pm2 set` writes them. */
const SETTINGS = {
  // Seconds; it cannot be told to look more often. Where the machine is slow a copy takes
  // longer than that: the next one then starts beside it, and may not catch up at all.
  workerInterval: "1",
  // Below it a file is left alone: its own log is, which tells what it did.
  max_size: "1M",
  retain: "all",
  compress: "false",
  // Two rotations in a second, with the default format, overwrite each other.
  dateFormat: "YYYY-MM-DD_HH-mm-ss-SSS",
  // No rotation by the clock.
  rotateInterval: "0 0 1 1 *",
};

/**
 * PM2 with pm2-logrotate, which rotates all logs every second.
 *
 * @param mayInstall Whether they may be fetched where they are not cached.
 */
export async function findPm2Logrotate(mayInstall: boolean): Promise<Contender | Missing> {
  const pm2 = await findPm2(mayInstall);
  if (isMissing(pm2)) return { name: NAME, reason: `no PM2: ${pm2.reason}` };
  const installed = await fromNpm([`${NAME}@${VERSION}`, PM2_PACKAGE], mayInstall);
  if ("reason" in installed) return { name: NAME, reason: installed.reason };
  return {
    name: NAME,
    version: VERSION,
    async open(dir) {
      await addModule(dir, installed.dir);
      return await pm2.open(dir);
    },
  };
}

/** Leaves behind what `pm2 install` does; PM2's daemon starts the module when it starts itself. */
async function addModule(home: string, installed: string): Promise<void> {
  await Deno.mkdir(`${home}/modules`);
  await Deno.symlink(installed, `${home}/modules/${NAME}`);
  const conf = { "module-db-v2": { [NAME]: {} }, [NAME]: SETTINGS };
  await Deno.writeTextFile(`${home}/module_conf.json`, JSON.stringify(conf));
}
