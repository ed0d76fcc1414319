/** Columns of the terminal standard output is; without end where it is none. */
export function terminalColumns(): number {
  if (!Deno.stdout.isTerminal()) return Infinity;
  // A terminal that was never told its size says 0.
  return Deno.consoleSize().columns || Infinity;
}
