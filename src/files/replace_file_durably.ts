import { dirname } from "@std/path";

/**
 * Replaces a file so that not even a power cut leaves half of it: the text is on
 * the disk before it takes the old file's name. Only the owner may read it.
 *
 * @throws whatever the file system says; the old file is then untouched.
 */
export function replaceFileDurably(path: string, text: string): void {
  const temporary = `${path}.tmp`;
  {
    using file = Deno.openSync(temporary, {
      write: true,
      create: true,
      truncate: true,
      mode: 0o600,
    });
    const bytes = new TextEncoder().encode(text);
    for (let done = 0; done < bytes.length;) done += file.writeSync(bytes.subarray(done));
    file.syncSync();
  }
  Deno.renameSync(temporary, path);
  using directory = Deno.openSync(dirname(path));
  directory.syncSync();
}
