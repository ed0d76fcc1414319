import { directoryEntries } from "../files/directory_entries.ts";
import { statIfThere } from "../files/path_info.ts";

/** The files of one UTC day in `db/events` or `db/metrics`. */
export interface DayFiles {
  /** As in the names, `2024-10-13`. */
  readonly day: string;
  /** The path of `DAY.jsonl`, if it is there. */
  readonly plain?: string;
  /** The path of `DAY.jsonl.gz`, if it is there. */
  readonly compressed?: string;
  /**
   * Both exist and hold the same: a compression was interrupted before it removed the plain one.
   * Where both exist and differ, the plain one has later lines, from a clock that jumped back.
   */
  readonly isCopy: boolean;
}

/** The UTC day of `milliseconds` since the epoch, as in the names of day files. */
export function dayOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 10);
}

/**
 * The day files of a directory, oldest first; none where there is no such directory.
 *
 * @example
 * ```ts
 * import { runtimeRoot } from "../root.ts";
 * import { listDayFiles } from "./day_files.ts";
 *
 * listDayFiles(runtimeRoot("/srv/tsm").events).map(({ day }) => day); // ["2024-10-13"]
 * ```
 */
export function listDayFiles(directory: string): readonly DayFiles[] {
  const byDay = new Map<string, { plain?: string; compressed?: string }>();
  for (const { name, isFile } of directoryEntries(directory)) {
    const match = /^(\d{4}-\d{2}-\d{2})\.jsonl(\.gz)?$/.exec(name);
    if (!isFile || !match) continue;
    const files = byDay.get(match[1]!) ?? {};
    byDay.set(match[1]!, files);
    files[match[2] ? "compressed" : "plain"] = `${directory}/${name}`;
  }
  return [...byDay]
    .map(([day, files]) => ({ day, ...files, isCopy: areCopies(files) }))
    .sort((a, b) => a.day < b.day ? -1 : 1);
}

/**
 * A compressed file gets the modification time of the plain one: the times differ if the plain one
 * has been written since.
 */
function areCopies(
  { plain, compressed }: { readonly plain?: string; readonly compressed?: string },
): boolean {
  if (plain === undefined || compressed === undefined) return false;
  const timeOf = (path: string) => statIfThere(path)?.mtime?.getTime();
  return timeOf(plain) === timeOf(compressed);
}
