import { dirname } from "@std/path/posix";
import { checkRealDirectory } from "../root.ts";

/** How {@linkcode replaceFile} writes. */
export interface ReplaceFileOptions {
  /** Permission bits, `0o644` unless told. */
  readonly mode?: number;
}

/**
 * Writes `text` to a temporary file beside `path` and renames it into place, so
 * that a reader sees the old file or the new one, never half of one.
 *
 * @throws {Deno.errors.InvalidData} if its directory is a symlink.
 * @throws whatever the file system says; the old file is then untouched.
 */
export function replaceFile(path: string, text: string, options: ReplaceFileOptions = {}): void {
  checkRealDirectory(dirname(path));
  const temporary = `${path}.tmp`;
  try {
    writeNew(temporary, text, options.mode ?? 0o644);
    Deno.renameSync(temporary, path);
  } catch (error) {
    removeIfThere(temporary);
    throw error;
  }
}

/**
 * Writes a file that is not there: what is there was left behind by a supervisor that was killed,
 * or is a link, which would be written through.
 */
function writeNew(path: string, text: string, mode: number): void {
  try {
    Deno.writeTextFileSync(path, text, { createNew: true, mode });
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    removeIfThere(path);
    Deno.writeTextFileSync(path, text, { createNew: true, mode });
  }
}

/** Removes a file, or an empty directory, that may be missing. */
export function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Removes a directory with all that is in it, or a file; it may be missing. */
export function removeTree(path: string): void {
  try {
    Deno.removeSync(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
