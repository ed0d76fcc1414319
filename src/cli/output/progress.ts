import type { Context } from "../context.ts";

/**
 * Awaits `work`, saying on the terminal what is being waited for if that takes
 * more than a second.
 */
export async function whileWaiting<T>(
  context: Context,
  what: string,
  work: Promise<T>,
): Promise<T> {
  const shown = !context.quiet && Deno.stderr.isTerminal();
  const timer = setTimeout(() => {
    if (shown) context.warn(what);
  }, 1000);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
  }
}
