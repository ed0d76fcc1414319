/**
 * The standard input of a process: a fifo that never ends, for it is held open for writing by
 * the process itself. Programs that watch files (esbuild, tailwindcss) end when their standard
 * input does; with `/dev/null` they would end at once, and be restarted for ever.
 *
 * @module
 */
import { dirname } from "@std/path/posix";
import { inBatches } from "../../async/in_batches.ts";
import { isMissing } from "../../files/is_missing.ts";
import { lstatIfThere } from "../../files/path_info.ts";

/**
 * Makes the fifo at `path`, where it is missing. For all that are launched at the same time this
 * takes one program.
 *
 * @throws {Deno.errors.InvalidData} if something else is in its place.
 */
export async function makeFifo(path: string): Promise<void> {
  if (isMissing(path) || !isFifo(path)) await makeMissing(path);
}

const makeMissing = inBatches(async (paths: readonly string[]) => {
  for (const directory of new Set(paths.map((path) => dirname(path)))) {
    Deno.mkdirSync(directory, { recursive: true, mode: 0o700 });
  }
  await new Deno.Command("mkfifo", {
    args: ["-m", "600", "--", ...paths],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).output();
  // Whether it succeeded with each is seen when that is opened.
  return paths.map(() => undefined);
});

/**
 * Opens the fifo at `path` as the standard input of a process. Reading and writing, so that
 * nobody waits for the other end, and the process never meets the end of its input.
 *
 * @throws {Deno.errors.InvalidData} if there is none.
 */
export function openStdin(path: string): Deno.FsFile {
  if (isFifo(path)) return Deno.openSync(path, { read: true, write: true });
  throw new Deno.errors.InvalidData(
    `its standard input '${path}' cannot be made; move away what is there, or pass --stdin null`,
  );
}

function isFifo(path: string): boolean {
  return lstatIfThere(path)?.isFifo ?? false;
}
