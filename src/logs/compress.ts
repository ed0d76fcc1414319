import { isThere, statIfThere } from "../files/path_info.ts";
import { isSparse } from "../files/stored_size.ts";
import { gzipInProgress, removeUnfinishedGzips } from "../files/gzip_in_progress.ts";
import { removeIfThere } from "../files/replace_file.ts";
import { shellSucceeds } from "../process/run_shell.ts";
import type { LogPaths } from "../root.ts";
import { listRotated } from "./rotated_files.ts";

// `gzip` at the lowest priority costs the supervisor nothing; `touch` keeps the time of the
// rotation, by which old files are found.
const GZIP = `umask 077; nice -n 19 gzip -1 -c <"$1" >"$2" && touch -cr "$1" "$2"`;

/**
 * Compresses the rotated files of a log, except the newest, and those with large holes: `gzip` would
 * read terabytes of zeros. Interrupted at any point and run again, it finishes the job.
 */
export async function compressRotated(log: LogPaths): Promise<void> {
  removeUnfinishedGzips(log.dir);
  for (const { path, compressed } of listRotated(log).slice(0, -1)) {
    if (compressed) continue;
    const info = statIfThere(path);
    if (info && !isSparse(info)) await compressFile(path);
  }
}

/**
 * Compresses a file to `PATH.gz`, which gets its modification time, and removes it; a missing file
 * is no error. Interrupted at any point and run again, it finishes the job.
 */
export async function compressFile(path: string): Promise<void> {
  const temporary = gzipInProgress(`${path}.gz`);
  try {
    if (!await shellSucceeds(GZIP, path, temporary)) await compressHere(path, temporary);
    // Removed as one too many while it was compressed, it must not come back.
    if (!isThere(path)) return removeIfThere(temporary);
    Deno.renameSync(temporary, `${path}.gz`);
    // Until the removal both files exist; readers take the plain one.
    removeIfThere(path);
  } catch (error) {
    removeIfThere(temporary);
    // The process or the file was removed meanwhile: nothing is left to compress.
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Where there is no `gzip`. */
async function compressHere(path: string, temporary: string): Promise<void> {
  const { mtime } = await Deno.stat(path);
  using from = await Deno.open(path);
  const to = await Deno.open(temporary, { write: true, create: true, truncate: true, mode: 0o600 });
  const gzip = new CompressionStream("gzip") as ReadableWritablePair<
    Uint8Array<ArrayBuffer>,
    Uint8Array<ArrayBuffer>
  >;
  await from.readable.pipeThrough(gzip).pipeTo(to.writable);
  if (mtime) await Deno.utime(temporary, mtime, mtime);
}
