import { removeIfThere } from "../../files/replace_file.ts";
import type { RuntimeRoot } from "../../root.ts";
import { dayOf, listDayFiles } from "../day_files.ts";

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
  /** Epoch milliseconds of the last write to it. */
  readonly written: number;
}

const MILLISECONDS_PER_DAY = 86_400_000;

/**
 * Removes the events and metrics of days that are too long ago, and the oldest of
 * those that are too large together; never those of the present day. The clock may be wrong: what
 * counts is the day behind the newest one before today, and a file is as young as its last write.
 *
 * @param now Epoch milliseconds.
 * @returns the paths of what was removed.
 */
export function pruneDays(root: RuntimeRoot, retention: DayRetention, now: number): string[] {
  const today = dayOf(now);
  const files = [root.events, root.metrics].flatMap(sizedFiles)
    .sort((a, b) => a.day < b.day ? -1 : 1);
  const oldest = firstKept(files.map(({ day }) => day), retention.days, now);
  let size = files.reduce((sum, file) => sum + file.size, 0);
  const removed: string[] = [];
  for (const file of files) {
    const isTooMuch = retention.size > 0 && size > retention.size;
    const isTooOld = file.day < oldest && dayOf(file.written) < oldest;
    if (file.day >= today || !(isTooOld || isTooMuch)) continue;
    removeIfThere(file.path);
    size -= file.size;
    removed.push(file.path);
  }
  return removed;
}

/**
 * The first of the last `days` days, as in `2024-10-13`. Under a clock that is months ahead, all
 * that was recorded would seem too long ago: what counts is the day behind the newest one before
 * today of which there are events or metrics.
 *
 * @param now Epoch milliseconds.
 */
export function oldestKept(root: RuntimeRoot, days: number, now: number): string {
  const recorded = [root.events, root.metrics].flatMap(listDayFiles).map(({ day }) => day);
  return firstKept(recorded.sort(), days, now);
}

/** @param recorded The days of which there is something, the oldest first. */
function firstKept(recorded: readonly string[], days: number, now: number): string {
  const today = dayOf(now);
  const newest = recorded.findLast((day) => day < today) ?? today;
  const latest = Math.min(now, Date.parse(newest) + MILLISECONDS_PER_DAY);
  return dayOf(latest - (days - 1) * MILLISECONDS_PER_DAY);
}

function sizedFiles(directory: string): DayFile[] {
  return listDayFiles(directory).flatMap(({ day, compressed, plain }) =>
    [compressed, plain].filter((path) => path !== undefined)
      .map((path) => {
        const { size, mtime } = Deno.statSync(path);
        return { day, path, size, written: mtime?.getTime() ?? 0 };
      })
  );
}
