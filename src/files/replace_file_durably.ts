import { dirname } from "@std/path/posix";
import { removeIfThere } from "./replace_file.ts";

/**
 * Replaces a file so that not even a power cut leaves half of it: the text is on
 * the disk before it takes the old file's name. Only the owner may read it.
 *
 * @throws whatever the file system says; the old file is then untouched.
 */
export function replaceFileDurably(path: string, text: string): void {
  const temporary = `${path}.tmp`;
  try {
    writeAndSync(temporary, new TextEncoder().encode(text));
    Deno.renameSync(temporary, path);
  } catch (error) {
    removeIfThere(temporary);
    throw error;
  }
  // The new name itself is on the disk only now.
  using directory = Deno.openSync(dirname(path));
  directory.syncSync();
}

function writeAndSync(path: string, bytes: Uint8Array): void {
  // One that is there was left behind by a supervisor that was killed, or is a link.
  removeIfThere(path);
  using file = Deno.openSync(path, { write: true, createNew: true, mode: 0o600 });
  for (let done = 0; done < bytes.length;) done += file.writeSync(bytes.subarray(done));
  file.syncSync();
}
