import { directoryEntries } from "./directory_entries.ts";
import { removeIfThere } from "./replace_file.ts";

/**
 * What the file `path` is called, which ends in `.gz`, until it is whole: like no other. The
 * `gzip` of a supervisor that is killed runs on, and would write into the file of the next one's.
 */
export function gzipInProgress(path: string): string {
  return `${path}.${crypto.randomUUID().slice(0, 8)}.tmp`;
}

/** Whether a file's name is one that {@linkcode gzipInProgress} gives, or an older tsm gave. */
export function isGzipInProgress(name: string): boolean {
  return /\.gz(?:\.[0-9a-f]{8})?\.tmp$/.test(name);
}

/**
 * Removes what a supervisor that was killed left half done in `directory`, where nothing is
 * being compressed now.
 */
export function removeUnfinishedGzips(directory: string): void {
  for (const { name } of directoryEntries(directory)) {
    if (isGzipInProgress(name.replace(/\.all$/, ""))) removeIfThere(`${directory}/${name}`);
  }
}
