/** Columns of a name before a line at the most. */
const MAX_LABEL = 32;

/** The width that names before lines get, so that all lines begin in the same column. */
export function labelWidth(hosts: readonly string[]): number {
  return Math.min(MAX_LABEL, Math.max(0, ...hosts.map(({ length }) => length)));
}

/** A name in so many columns: of a longer one the end is shown, where machines differ. */
export function label(name: string, width: number): string {
  return name.length > width ? `…${name.slice(1 - width)}` : name.padEnd(width);
}
