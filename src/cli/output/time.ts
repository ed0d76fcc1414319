/**
 * Says a point in time as `2024-10-13 14:05:09Z`.
 *
 * @param seconds Since the epoch.
 */
export function formatTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace("T", " ").replace(/\.\d+Z$/, "Z");
}
