import { dirname } from "@std/path/posix";
import { checkRealDirectory } from "../root.ts";
import { openToAppend } from "./open_to_append.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

const NEWLINE = 0x0a;
/** Bytes at the end of a file in which a torn line is looked for: no line of tsm's is longer. */
const MAX_LENGTH = 64 * 1024;

/**
 * Appends values as lines of JSON, in one write, so that a reader never sees half
 * a line. A torn last line, left by a power cut or a full disk, is cut off first,
 * so that programs that read the file do not stumble over it. A directory that somebody has
 * removed is made anew.
 *
 * @throws {Deno.errors.InvalidData} if its directory is a symlink.
 * @throws whatever the file system says.
 *
 * @example
 * ```ts
 * import { appendJsonLines } from "./append_line.ts";
 *
 * appendJsonLines("db/events/2024-10-13.jsonl", [{ time: 1697234567, event: "start" }]);
 * ```
 */
export function appendJsonLines(path: string, values: readonly unknown[]): void {
  checkRealDirectory(dirname(path));
  using file = openWithDirectory(path);
  const lines = values.map((value) => `${JSON.stringify(value)}\n`).join("");
  const bytes = encoder.encode(`${repairEnd(file)}${lines}`);
  for (let done = 0; done < bytes.length;) done += file.writeSync(bytes.subarray(done));
}

/** Opens a file to be written at its end; where somebody has removed its directory, that too. */
function openWithDirectory(path: string): Deno.FsFile {
  try {
    return openToAppend(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    const directory = dirname(path);
    checkRealDirectory(dirname(directory));
    Deno.mkdirSync(directory, { recursive: true, mode: 0o700 });
    return openToAppend(path);
  }
}

/**
 * Sees to it that the file ends with a whole line.
 *
 * @returns what is missing: a line break, or nothing.
 */
function repairEnd(file: Deno.FsFile): string {
  const { size } = file.statSync();
  if (size === 0) return "";
  const last = readBack(file, size, 1);
  if (last[0] === NEWLINE) return "";
  const tail = readBack(file, size, Math.min(size, MAX_LENGTH));
  const torn = tail.subarray(tail.lastIndexOf(NEWLINE) + 1);
  // It lacks nothing but its line break, or it is longer than any line that tsm writes: somebody
  // else wrote it, and cutting it would lose what is theirs.
  if (isJson(torn) || torn.length === MAX_LENGTH) return "\n";
  file.truncateSync(size - torn.length);
  return "";
}

function readBack(file: Deno.FsFile, size: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  file.seekSync(size - length, Deno.SeekMode.Start);
  let filled = 0;
  while (filled < length) filled += file.readSync(bytes.subarray(filled)) ?? length;
  return bytes;
}

function isJson(bytes: Uint8Array): boolean {
  try {
    JSON.parse(decoder.decode(bytes));
    return true;
  } catch {
    return false;
  }
}
