/**
 * Awaits that `condition` holds, looking every `interval` milliseconds.
 *
 * @throws {Deno.errors.TimedOut} if it does not hold within `patience` milliseconds.
 */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  { patience = 120_000, interval = 5 } = {},
): Promise<void> {
  for (const deadline = performance.now() + patience; !await condition();) {
    if (performance.now() > deadline) {
      throw new Deno.errors.TimedOut(`waited ${patience / 1000} s in vain for ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, interval));
  }
}
