/** Says that `all` meant no process: a command that prints nothing looks as if it had hung. */
export function nothingTo(verb: string): string {
  return `Nothing to ${verb}: there are no processes`;
}
