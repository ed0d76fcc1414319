import { openIfThere } from "../files/read_at.ts";
import { decompress } from "../logs/log_reader.ts";
import type { LineProblem, LineProblems } from "./line_problems.ts";

const NEWLINE = 0x0a;
/** Read at once, in bytes; a line may be longer. */
const CHUNK = 1024 * 1024;

/** Takes lines, one after another. */
export interface LineTaker {
  /** Takes the line `bytes` between two indices; tells what is wrong with it, if anything. */
  take(bytes: Uint8Array, from: number, to: number): LineProblem | undefined;
  /**
   * Takes the line that begins at `from`, if it is of the usual form; looking for the ends
   * of lines is a third of the work.
   *
   * @returns the index of its line break; -1: it was not taken.
   */
  takeUsual?(bytes: Uint8Array, from: number): number;
}

/**
 * Passes each line of a file of `db/` to `taker`, `.gz` or not, with no more of it in
 * memory than a piece. A missing file has no lines.
 *
 * @param problems Told of the lines that are empty, or that `taker` finds wrong.
 * @param pause Awaited between pieces of a megabyte: a supervisor attends to other things there.
 *
 * @example
 * ```ts
 * import { LineProblems } from "./line_problems.ts";
 * import { scanLines } from "./scan_lines.ts";
 *
 * let lines = 0;
 * const count = { take: () => void lines++ };
 * await scanLines("db/events/2024-10-13.jsonl", count, new LineProblems());
 * ```
 */
export async function scanLines(
  path: string,
  taker: LineTaker,
  problems: LineProblems,
  pause?: () => Promise<void>,
): Promise<void> {
  let number = 0;
  const takeOne = (bytes: Uint8Array, from: number, to: number) => {
    number++;
    const problem = from === to ? "empty" : taker.take(bytes, from, to);
    if (problem !== undefined) problems.add(path, number, problem);
  };
  let rest: Uint8Array = new Uint8Array(0);
  for await (const piece of path.endsWith(".gz") ? wholeGz(path) : pieces(path)) {
    await pause?.();
    let from = 0;
    if (rest.length > 0) {
      from = piece.indexOf(NEWLINE) + 1;
      rest = concat(rest, piece.subarray(0, from === 0 ? piece.length : from - 1));
      if (from === 0) continue;
      takeOne(rest, 0, rest.length);
    }
    while (from < piece.length) {
      const usual = taker.takeUsual?.(piece, from) ?? -1;
      const to = usual === -1 ? piece.indexOf(NEWLINE, from) : usual;
      if (to === -1) break;
      if (usual === -1) takeOne(piece, from, to);
      else number++;
      from = to + 1;
    }
    rest = piece.slice(from);
  }
  if (rest.length > 0) takeOne(rest, 0, rest.length);
}

/**
 * Reads a file in pieces. All pieces share one buffer: each is valid until the next one is read.
 */
function* pieces(path: string): Generator<Uint8Array> {
  const file = openIfThere(path);
  if (!file) return;
  using open = file;
  const buffer = new Uint8Array(CHUNK);
  for (let read; (read = open.readSync(buffer)) !== null;) yield buffer.subarray(0, read);
}

/**
 * Reads a compressed file. It ends at the first damage: nothing behind that can be decompressed.
 */
async function* wholeGz(path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* decompress(path);
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof Deno.errors.InvalidData)) throw error;
    yield new TextEncoder().encode("\n(damaged: not gzip from here on)");
  }
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
