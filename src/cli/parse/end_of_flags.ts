/** Where the words begin that are the command's own, behind `--`; the end, where there is none. */
export function endOfFlags(args: readonly string[]): number {
  const end = args.indexOf("--");
  return end === -1 ? args.length : end;
}
