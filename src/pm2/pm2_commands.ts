/** Commands of PM2's that are called otherwise here, and the words that do the same. */
const PM2_COMMANDS: Readonly<Record<string, readonly [string, ...string[]]>> = {
  startOrRestart: ["restart"],
  startOrReload: ["reload"],
  startOrGracefulReload: ["reload"],
  gracefulReload: ["reload"],
  jlist: ["ls", "--json"],
  prettylist: ["ls", "--json"],
  sendSignal: ["signal"],
};

/**
 * Finds what does here what a command of PM2's does.
 *
 * @returns the name of the command and the flags before those that were given; `undefined` where
 * nothing does.
 *
 * @example
 * ```ts
 * import { findPm2Command } from "./pm2_commands.ts";
 *
 * findPm2Command("jlist"); // ["ls", "--json"]
 * ```
 */
export function findPm2Command(name: string): readonly [string, ...string[]] | undefined {
  return Object.hasOwn(PM2_COMMANDS, name) ? PM2_COMMANDS[name] : undefined;
}
