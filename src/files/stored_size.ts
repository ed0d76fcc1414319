/** A file that lacks fewer bytes than this counts as whole: they are copied in no time. */
const LARGE_HOLE = 16 * 1024 * 1024;
/** The unit of `blocks`, whatever the file system's own is: stat(2). */
const BLOCK = 512;

/**
 * How many bytes of a file take space on the disk. Its size may be anything: `ftruncate` makes a
 * file of terabytes that stores nothing.
 *
 * @example
 * ```ts
 * import { storedSize } from "./stored_size.ts";
 *
 * console.log(storedSize(Deno.statSync("deno.json")));
 * ```
 */
export function storedSize(
  { size, blocks }: Pick<Deno.FileInfo, "size" | "blocks">,
): number {
  // A file system may set aside more than was written.
  return blocks === null ? size : Math.min(size, blocks * BLOCK);
}

/** Whether a file has holes that would take long to read, and much space to copy. */
export function isSparse(info: Pick<Deno.FileInfo, "size" | "blocks">): boolean {
  return info.size - storedSize(info) > LARGE_HOLE;
}
