/**
 * How a command is run on other machines:
 *
 * - `list`: `tsm ls`, whose rows become one table.
 * - `lines`: logs and events, whose lines are put in the order of their times, or come as they are
 *   written.
 * - `look`: what only looks; a machine that does not answer soon is given up.
 * - `change`: what may take as long as a program takes to start or end.
 * - `single`: what needs a terminal of that machine, or prints a document of it.
 * - `here`: what is about this command line.
 */
export type OnHosts = "list" | "lines" | "look" | "change" | "single" | "here";

/** By the names of commands; what is not in it is a `change`, which works for any. */
const KINDS: Readonly<Record<string, OnHosts>> = {
  ls: "list",
  logs: "lines",
  events: "lines",
  describe: "look",
  metrics: "look",
  report: "look",
  history: "look",
  env: "look",
  get: "look",
  ping: "look",
  doctor: "look",
  validate: "look",
  version: "look",
  // 'tsm' alone.
  "": "single",
  monit: "single",
  attach: "single",
  run: "single",
  web: "single",
  export: "single",
  import: "single",
  api: "here",
  completion: "here",
  help: "here",
  man: "here",
  schema: "here",
  init: "here",
  supervisor: "here",
};

/**
 * How a command is run on other machines.
 *
 * @param name Its name.
 * @param words What follows it that is no flag: 'logs rotate' shows no logs.
 */
export function onHosts(name: string, words: readonly string[]): OnHosts {
  if (name === "logs" && words[0] === "rotate") return "change";
  return KINDS[name] ?? "change";
}
