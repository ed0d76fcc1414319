import type { LogLine } from "../connection/answers.ts";
import { parseColors, type Piece } from "./parse_colors.ts";

/** Lines that are kept: the memory of the page does not grow with the log. */
export const MAX_LINES = 5000;
/** Seconds that two times told of one line are apart at most. */
const SAME_TIME = 2;
/** Characters of a line that are shown. */
const MAX_LENGTH = 4000;

/** One line, ready to be drawn. */
export class ShownLine {
  /** What tells it from all others. */
  readonly key: number;
  readonly time: number;
  readonly stream: "out" | "err";
  /** As it came, or its beginning. */
  readonly raw: string;
  readonly isTruncated: boolean;
  /** Its height in pixels, once it has been drawn. */
  height: number | undefined;

  constructor(key: number, { time, stream, line, truncated }: LogLine) {
    this.key = key;
    this.time = time;
    this.stream = stream;
    this.isTruncated = truncated === true || line.length > MAX_LENGTH;
    // A copy: a slice would keep the whole line in memory.
    this.raw = line.length > MAX_LENGTH ? [...line.slice(0, MAX_LENGTH)].join("") : line;
  }

  /** It taken apart by its colours; kept nowhere, since most lines of a flood are never drawn. */
  get pieces(): readonly Piece[] {
    return parseColors(this.raw);
  }

  /** Whether a text occurs in what is seen of it. @param text In small letters. */
  has(text: string): boolean {
    const seen = this.raw.includes("\x1b")
      ? this.pieces.map((piece) => piece.text).join("")
      : this.raw;
    return seen.toLowerCase().includes(text);
  }
}

/** The newest lines of a log. */
export class LogBuffer {
  #lines: ShownLine[] = [];
  #count = 0;

  /** The oldest first. */
  get lines(): readonly ShownLine[] {
    return this.#lines;
  }

  /** Adds lines; those that are too many go, the oldest first. */
  add(lines: readonly LogLine[]): void {
    const added = lines.map((line) => new ShownLine(this.#count++, line));
    const all = [...this.#lines, ...added];
    this.#lines = all.length > MAX_LINES ? all.slice(-MAX_LINES) : all;
  }

  /**
   * Leaves out of lines that a new connection repeats those that are here already. The time of a
   * line is told a little differently when the log is read again, so its text counts as well.
   *
   * @param lines The first ones that it brings, from a second before the newest line on.
   */
  withoutKnown(lines: readonly LogLine[]): readonly LogLine[] {
    const [first] = lines;
    if (first === undefined) return lines;
    let begin = this.#lines.length;
    let nearest = SAME_TIME;
    for (let at = this.#lines.length - 1; at >= 0; at--) {
      const apart = Math.abs(this.#lines[at]!.time - first.time);
      if (apart < nearest && this.#holds(lines, at)) [begin, nearest] = [at, apart];
    }
    return lines.slice(this.#lines.length - begin);
  }

  /** Whether `lines` are here from `at` on, as far as the lines here reach. */
  #holds(lines: readonly LogLine[], at: number): boolean {
    return this.#lines.slice(at, at + lines.length).every(({ raw, stream }, index) => {
      const other = lines[index]!;
      return other.stream === stream && other.line.startsWith(raw);
    });
  }
}
