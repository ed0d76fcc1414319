import type { Period } from "../../db/read_metrics.ts";

/**
 * The period that a question is about.
 *
 * @param standard How many seconds ago it begins where nothing is said.
 * @throws {Deno.errors.InvalidData} if its end is not after its beginning.
 */
export function checkedPeriod(
  query: { readonly since?: number; readonly until?: number },
  standard: number,
): Period {
  const now = Date.now() / 1000;
  const { until = now, since = Math.min(until, now) - standard } = query;
  if (until > since) return { since, until };
  throw new Deno.errors.InvalidData("Cannot read: 'until' is not after 'since'");
}
