/** Where it is said, if at all. */
export interface ProgressOutput {
  readonly quiet: boolean;
  warn(line: string): void;
}

/**
 * Awaits `work`, saying on the terminal what is being waited for if that takes
 * more than a second.
 */
export async function whileWaiting<T>(
  output: ProgressOutput,
  what: string,
  work: Promise<T>,
): Promise<T> {
  const shown = !output.quiet && Deno.stderr.isTerminal();
  const timer = setTimeout(() => {
    if (shown) output.warn(what);
  }, 1000);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
  }
}
