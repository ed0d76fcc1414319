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
  if (blocks === null) return size;
  const stored = blocks * BLOCK;
  // A file system sets aside more than is written, about as much again; a program any amount.
  return stored > 2 * size + LARGE_HOLE ? stored : Math.min(size, stored);
}

/** Whether a file has holes that would take long to read, and much space to copy. */
export function isSparse(info: Pick<Deno.FileInfo, "size" | "blocks">): boolean {
  return info.size - storedSize(info) > LARGE_HOLE;
}
