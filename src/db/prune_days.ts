import { removeIfThere } from "../files/replace_file.ts";
import type { RuntimeRoot } from "../root.ts";
import { dayOf, listDayFiles } from "./day_files.ts";

/** How long the files of `db/events` and `db/metrics` are kept. */
export interface DayRetention {
  /** Days, the present one counted. */
  readonly days: number;
  /** Bytes of all of them together; 0: no limit. */
  readonly size: number;
}

interface DayFile {
  /** As in its name, `2024-10-13`. */
  readonly day: string;
  readonly path: string;
  readonly size: number;
}

const MILLISECONDS_PER_DAY = 86_400_000;

/**
 * Removes the events and metrics of days that are too long ago, and the oldest of
 * those that are too large together; never those of the present day.
 *
 * @param now Epoch milliseconds.
 * @returns the paths of what was removed.
 */
export function pruneDays(root: RuntimeRoot, retention: DayRetention, now: number): string[] {
  const today = dayOf(now);
  const oldest = dayOf(now - (retention.days - 1) * MILLISECONDS_PER_DAY);
  const files = [root.events, root.metrics].flatMap(sizedFiles)
    .sort((a, b) => a.day < b.day ? -1 : 1);
  let size = files.reduce((sum, file) => sum + file.size, 0);
  const removed: string[] = [];
  for (const file of files) {
    const isTooMuch = retention.size > 0 && size > retention.size;
    if (file.day >= today || (file.day >= oldest && !isTooMuch)) continue;
    removeIfThere(file.path);
    size -= file.size;
    removed.push(file.path);
  }
  return removed;
}

function sizedFiles(directory: string): DayFile[] {
  return listDayFiles(directory).flatMap(({ day, compressed, plain }) =>
    [compressed, plain].filter((path) => path !== undefined)
      .map((path) => ({ day, path, size: Deno.statSync(path).size }))
  );
}
