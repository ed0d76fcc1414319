/** Other words a command can be called by, and its name. */
export const ALIASES: Readonly<Record<string, string>> = {
  list: "ls",
  status: "ls",
  show: "describe",
  info: "describe",
  log: "logs",
  kill: "shutdown",
  del: "delete",
  rm: "delete",
};

/** The aliases of the command `name`. */
export function aliasesOf(name: string): string[] {
  return Object.keys(ALIASES).filter((alias) => ALIASES[alias] === name);
}
