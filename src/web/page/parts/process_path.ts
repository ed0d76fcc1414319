/** The address of what is known of a process. */
export function processPath(name: string): string {
  return `/v1/processes/${encodeURIComponent(name)}`;
}
