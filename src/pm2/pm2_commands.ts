/**
 * Every command of PM2 7's command line, and what becomes of it: what runs where one is called by
 * PM2's word for it, and what `docs/pm2.md` shows.
 *
 * @module
 */

/** A command of PM2's. */
export interface Pm2Command {
  /** PM2's name of it, then its aliases. */
  readonly names: readonly [string, ...string[]];
  /** The command that does the same, and the flags it needs; nothing does where they are absent. */
  readonly words?: readonly [string, ...string[]];
  /** What is different, or why nothing does the same; what is to be typed is in backticks. */
  readonly becomes: string;
}

/** Commands that are for PM2 Plus, a paid service. */
const FOR_PLUS = "for PM2 Plus; `tsm metrics` and `tsm report` show what was measured";
const FOR_MODULES = "PM2's modules are not run; rotation of logs and metrics are built in";
const FROM_GIT = "versions of the repository are not read: `git pull && tsm reload FILE`";
const PROFILES = "node does it: `--cpu-prof`, `--heap-prof` and `--inspect` in `node_args`";

/** All commands of PM2's. */
export const PM2_COMMANDS: readonly Pm2Command[] = [
  { names: ["start"], words: ["start"], becomes: "what runs is left alone" },
  { names: ["startOrRestart"], words: ["restart"], becomes: "" },
  { names: ["startOrReload"], words: ["reload"], becomes: "" },
  { names: ["startOrGracefulReload", "gracefulReload"], words: ["reload"], becomes: "" },
  { names: ["restart"], words: ["restart"], becomes: "" },
  { names: ["reload"], words: ["reload"], becomes: "" },
  { names: ["stop"], words: ["stop"], becomes: "removes it from the list too, but with `--keep`" },
  { names: ["delete", "del"], words: ["delete"], becomes: "" },
  { names: ["scale"], words: ["scale"], becomes: "" },
  { names: ["sendSignal"], words: ["signal"], becomes: "" },
  { names: ["send"], words: ["send"], becomes: "" },
  { names: ["attach"], words: ["attach"], becomes: "" },
  { names: ["reset"], words: ["reset"], becomes: "" },
  { names: ["list", "ls", "l", "ps", "status"], words: ["ls"], becomes: "" },
  { names: ["jlist", "prettylist"], words: ["ls", "--json"], becomes: "fields of tsm's own" },
  { names: ["slist", "sysinfos"], words: ["ls", "--json"], becomes: "the processes only" },
  {
    names: ["describe", "desc", "info", "show"],
    words: ["describe"],
    becomes: "",
  },
  { names: ["env"], words: ["env"], becomes: "" },
  { names: ["pid"], becomes: "`runtime/pids` has them; `tsm ls --json` shows them" },
  { names: ["id"], becomes: "`tsm ls` shows it" },
  {
    names: ["inspect"],
    becomes: "`tsm describe NAME` shows what it runs, `tsm env NAME` its environment",
  },
  { names: ["monit", "imonit", "dashboard", "dash"], words: ["monit"], becomes: "" },
  { names: ["logs"], words: ["logs"], becomes: "" },
  { names: ["flush"], words: ["flush"], becomes: "" },
  { names: ["reloadLogs"], becomes: "logs are rotated without being opened anew" },
  {
    names: ["logrotate"],
    becomes: "logs are rotated by tsm itself: `tsm logs rotate`, `--log-max-size`",
  },
  { names: ["save", "dump"], words: ["save"], becomes: "" },
  { names: ["resurrect"], words: ["resurrect"], becomes: "" },
  { names: ["cleardump"], words: ["cleardump"], becomes: "" },
  { names: ["startup"], words: ["startup"], becomes: "" },
  { names: ["unstartup"], words: ["unstartup"], becomes: "" },
  { names: ["kill"], words: ["shutdown"], becomes: "" },
  { names: ["ping"], words: ["ping"], becomes: "" },
  {
    names: ["update", "updatePM2", "deepUpdate"],
    becomes: "the next command replaces the supervisor",
  },
  { names: ["set"], words: ["set"], becomes: "settings of tsm's own" },
  { names: ["get"], words: ["get"], becomes: "settings of tsm's own" },
  { names: ["unset"], words: ["unset"], becomes: "settings of tsm's own" },
  { names: ["multiset"], becomes: "`tsm set KEY VALUE` for each" },
  {
    names: ["conf", "config"],
    becomes: "`tsm get` shows the settings, `tsm set KEY VALUE` changes one",
  },
  {
    names: ["init", "ecosystem"],
    words: ["init"],
    becomes: "prints a `tsm.jsonc`, and writes no file",
  },
  { names: ["deploy"], becomes: "git and ssh deploy: docs/pm2.md has a recipe" },
  {
    names: ["serve", "expose"],
    becomes: "`npx serve -l PORT DIRECTORY` is a program that does it",
  },
  {
    names: ["report"],
    words: ["doctor"],
    becomes: "`tsm report` tells how the processes have been doing",
  },
  {
    names: ["trigger"],
    becomes: "there are no actions of modules: `tsm signal` and `tsm send` reach a process",
  },
  { names: ["profile:mem", "profile:cpu"], becomes: PROFILES },
  { names: ["pull", "forward", "backward"], becomes: FROM_GIT },
  { names: ["install", "module:install"], becomes: FOR_MODULES },
  { names: ["uninstall", "module:uninstall"], becomes: FOR_MODULES },
  { names: ["module:update", "module:generate"], becomes: FOR_MODULES },
  { names: ["package", "publish", "module:publish"], becomes: FOR_MODULES },
  { names: ["autoinstall"], becomes: FOR_MODULES },
  {
    names: ["install-otel", "uninstall-otel"],
    becomes: "node loads it: `--require` in `node_args`",
  },
  { names: ["link", "unlink", "monitor", "unmonitor", "open"], becomes: FOR_PLUS },
  { names: ["plus", "register", "login", "logout"], becomes: FOR_PLUS },
  { names: ["create"], becomes: "no projects are made: `tsm init` prints a file to begin with" },
  { names: ["examples"], becomes: "`tsm help COMMAND` shows them" },
];

/**
 * Finds a command of PM2's by one of its names.
 *
 * @example
 * ```ts
 * import { findPm2Command } from "./pm2_commands.ts";
 *
 * findPm2Command("jlist")?.words; // ["ls", "--json"]
 * ```
 */
export function findPm2Command(name: string): Pm2Command | undefined {
  return PM2_COMMANDS.find(({ names }) => names.includes(name));
}
