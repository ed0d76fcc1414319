import { toMilliseconds } from "../units.ts";

/** What is said of a text that {@linkcode parseMoment} does not understand. */
export const MOMENT_FORM =
  "is no time: epoch seconds, an ISO 8601 time with its zone, or a duration ago as 10m, 2h, 7d";

/**
 * Reads a point in time of a request: epoch seconds, an ISO 8601 time with its zone, a day (of UTC),
 * or a duration ago by the clock of the supervisor.
 *
 * @param now Epoch milliseconds.
 * @returns epoch seconds; `undefined` if it is none.
 *
 * @example
 * ```ts
 * import { parseMoment } from "./moment.ts";
 *
 * parseMoment("10m", 1_697_234_600_000); // 1697234000
 * ```
 */
export function parseMoment(text: string, now: number): number | undefined {
  if (/^\d{1,12}(\.\d{1,9})?$/.test(text)) return Number(text);
  if (/^\d{1,9}(\.\d{1,9})?(ms|s|m|h|d)$/.test(text)) return (now - toMilliseconds(text)!) / 1000;
  // A plus sign that was not encoded arrives as a blank.
  const form = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(Z|[+ -]\d\d:\d\d))?$/;
  const [whole, day, clock = "00:00", zone = "Z"] = form.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const time = Date.parse(`${day}T${clock}${zone.replace(" ", "+")}`);
  return Number.isNaN(time) ? undefined : time / 1000;
}
