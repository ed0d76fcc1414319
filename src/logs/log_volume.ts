import { sizeOf } from "../files/path_info.ts";
import { openIfThere, readAt } from "../files/read_at.ts";
import type { LogPaths } from "../root.ts";
import { presentIndex, rotatedTimes } from "./log_times.ts";
import { listRotated } from "./rotated_files.ts";
import type { IndexEntry } from "./time_index.ts";

/**
 * How many bytes came to a log in a period, as far as its files are kept and its time
 * index tells.
 *
 * @param since Epoch seconds.
 * @param until Epoch seconds.
 */
export function logVolume(log: LogPaths, since: number, until: number): number {
  let volume = 0;
  for (const { base, path, compressed } of listRotated(log)) {
    const { index, end } = rotatedTimes(log, base, path);
    const size = compressed ? sizeBefore(path) : sizeOf(path);
    volume += between([...index, { time: end, offset: size }], since, until);
  }
  const index = presentIndex(log);
  const size = sizeOf(log.current);
  const entries = [...index, { time: Date.now() / 1000, offset: size }];
  return volume + between(entries, since, until);
}

function between(entries: readonly IndexEntry[], since: number, until: number): number {
  const at = (time: number) => entries.findLast((entry) => entry.time <= time)?.offset ?? 0;
  return Math.max(0, at(until) - at(since));
}

/** What a compressed file had before: its last four bytes tell (RFC 1952, ISIZE). */
function sizeBefore(path: string): number {
  const file = openIfThere(path);
  if (!file) return 0;
  using open = file;
  const { size } = open.statSync();
  if (size < 18) return 0;
  const { buffer } = readAt(open, size - 4, 4);
  return new DataView(buffer).getUint32(0, true);
}
