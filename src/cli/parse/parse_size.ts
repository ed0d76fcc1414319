import { toBytes } from "../../units.ts";
import { firstWrong, markedError } from "./mark.ts";

/**
 * Reads a size as people write it: `300M`, `1.5G`, `512K`; a bare number is bytes.
 * Units are of 1024; `MB` and `MiB` are the same as `M`.
 *
 * @param what What it is for, in messages.
 * @returns bytes.
 * @throws {Deno.errors.InvalidData} if it is none, with the wrong part marked.
 *
 * @example
 * ```ts
 * import { parseSize } from "./parse_size.ts";
 *
 * parseSize("300M", "--max-memory"); // 314572800
 * ```
 */
export function parseSize(text: string, what: string): number {
  const bytes = toBytes(text);
  if (bytes !== undefined) return bytes;
  throw markedError(
    `Cannot use ${JSON.stringify(text)} as ${what}: it takes a size`,
    text,
    firstWrong(text, /^[0-9]+(\.[0-9]+)?/),
    "300M, 1.5G, 512K",
  );
}
