/**
 * Where to begin reading a log: its last lines, a time, its end.
 *
 * @module
 */
import type { LogPaths } from "../root.ts";
import { findLastLines, type LastLines } from "./last_lines.ts";
import { decompress, type Position } from "./log_reader.ts";
import { presentIndex, rotatedIndex } from "./log_times.ts";
import { listRotated, type RotatedFile } from "./rotated_files.ts";
import { readNote, rotationState } from "./rotation_note.ts";
import { offsetSince } from "./time_index.ts";

/** The position of the last `count` lines, in rotated files where the current one has fewer. */
export function lastLinesPosition(log: LogPaths, count: number): Promise<Position> {
  return settled(log, async (rotated) => {
    let { offset, lines } = findLastLines(log.current, count);
    let missing = count - lines;
    let index = rotated.length;
    while (missing > 0 && index > 0) {
      const { path, compressed } = rotated[--index]!;
      ({ offset, lines } = compressed
        ? await findInCompressed(path, missing)
        : findLastLines(path, missing));
      missing -= lines;
    }
    return { after: rotated[index - 1]?.base ?? "", offset };
  });
}

/** The position of the first byte that was written at `time`, epoch seconds, or later. */
export function sincePosition(log: LogPaths, time: number): Promise<Position> {
  return settled(log, (rotated) => {
    const first = rotated.findIndex(({ base, path }) => endOf(log, base, path) >= time);
    if (first === -1) {
      const offset = offsetSince(presentIndex(log), time);
      return { after: rotated.at(-1)?.base ?? "", offset };
    }
    const offset = offsetSince(rotatedIndex(log, rotated[first]!.base), time);
    return { after: rotated[first - 1]?.base ?? "", offset };
  });
}

/** The position at the present end of the log. */
export function endPosition(log: LogPaths): Promise<Position> {
  return lastLinesPosition(log, 0);
}

/** Repeats `look` until no file was rotated, compressed or removed while it ran. */
async function settled(
  log: LogPaths,
  find: (rotated: readonly RotatedFile[]) => Promise<Position> | Position,
): Promise<Position> {
  while (true) {
    const rotated = listFinished(log);
    const position = await find(rotated);
    if (pathsOf(listFinished(log)) === pathsOf(rotated)) return position;
  }
}

function pathsOf(rotated: readonly RotatedFile[]): string {
  return rotated.map(({ path }) => path).join("\n");
}

/**
 * The rotated files, without that of a rotation under way: it only repeats what the log still
 * holds.
 */
function listFinished(log: LogPaths): readonly RotatedFile[] {
  const rotated = listRotated(log);
  const note = readNote(log);
  const repeats = note && rotationState(log, note) === "not truncated" ? note.target : undefined;
  return rotated.filter(({ base }) => base !== repeats);
}

/** Epoch seconds of the last byte of a rotated file. */
function endOf(log: LogPaths, base: string, path: string): number {
  try {
    const { mtime } = Deno.statSync(path);
    const last = rotatedIndex(log, base).at(-1)?.time ?? 0;
    return Math.max(last, Math.ceil((mtime?.getTime() ?? 0) / 1000));
  } catch {
    return 0;
  }
}

/** The same as {@linkcode findLastLines}; it has to read the whole file. */
async function findInCompressed(path: string, count: number): Promise<LastLines> {
  /** Offsets at which the last lines begin, as a ring buffer. */
  const starts: number[] = [];
  let lines = 0;
  let size = 0;
  let begins = true;
  for await (const bytes of decompress(path)) {
    for (let at = 0; at < bytes.length;) {
      if (begins) starts[lines++ % count] = size + at;
      const end = bytes.indexOf(0x0a, at);
      begins = end !== -1;
      at = begins ? end + 1 : bytes.length;
    }
    size += bytes.length;
  }
  const found = Math.min(lines, count);
  return { offset: found === 0 ? 0 : starts[(lines - found) % count]!, lines: found };
}
