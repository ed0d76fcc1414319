/** In which zone times are shown: the user's to people, UTC in what is kept or read by programs. */
export type TimeZone = "local" | "UTC";

/**
 * Says a point in time as `2024-10-13 14:05:09Z`, or in the user's zone as
 * `2024-10-13 16:05:09+02:00`. `--since` and `--until` take both.
 *
 * @param seconds Since the epoch.
 *
 * @example
 * ```ts
 * import { formatTime } from "./time.ts";
 *
 * formatTime(0, "UTC"); // "1970-01-01 00:00:00Z"
 * ```
 */
export function formatTime(seconds: number, zone: TimeZone): string {
  return isoTime(seconds, zone).replace("T", " ").replace(/\.\d+/, "");
}

/**
 * Says when a line came, in one word and to the millisecond: `2024-10-13T14:05:09.250Z`, or in the
 * user's zone. The index of a log by a version before 0.2.0 knows whole seconds only: it shows no
 * milliseconds that nobody knows.
 *
 * @param seconds Since the epoch.
 */
export function formatMoment(seconds: number, zone: TimeZone): string {
  const text = isoTime(seconds, zone);
  return Number.isInteger(seconds) ? text.replace(".000", "") : text;
}

/** A point in time as in ISO 8601, with its milliseconds. */
function isoTime(seconds: number, zone: TimeZone): string {
  const date = new Date(seconds * 1000);
  // Minutes to be added to local time, by which a zone east of Greenwich is behind.
  const behind = zone === "UTC" ? 0 : date.getTimezoneOffset();
  const shown = new Date(date.getTime() - behind * 60_000).toISOString();
  return behind === 0 ? shown : shown.replace("Z", offsetOf(-behind));
}

function offsetOf(minutes: number): string {
  const two = (number: number) => String(Math.floor(number)).padStart(2, "0");
  const size = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${two(size / 60)}:${two(size % 60)}`;
}
