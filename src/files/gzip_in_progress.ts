import { directoryEntries } from "./directory_entries.ts";
import { removeIfThere } from "./replace_file.ts";

/**
 * The name that the file `path`, which ends in `.gz`, has until it is complete. It is another one
 * each time: the `gzip` of a supervisor that was killed runs on, and would write into the file of
 * the next supervisor.
 */
export function gzipInProgress(path: string): string {
  return `${path}.${crypto.randomUUID().slice(0, 8)}.tmp`;
}

/** Whether a file's name was made by {@linkcode gzipInProgress}, here or in an older tsm. */
export function isGzipInProgress(name: string): boolean {
  return /\.gz(?:\.[0-9a-f]{8})?\.tmp$/.test(name);
}

/**
 * Removes the incomplete files that a supervisor which was killed left in `directory`. Nothing may
 * be compressed there now.
 */
export function removeUnfinishedGzips(directory: string): void {
  for (const { name } of directoryEntries(directory)) {
    if (isGzipInProgress(name.replace(/\.all$/, ""))) removeIfThere(`${directory}/${name}`);
  }
}
