import { openIfThere, readAt } from "../../files/read_at.ts";
import { sizeOf } from "../../files/path_info.ts";
import type { LogPattern } from "../../settings/table/log_pattern.ts";
import { type LineMatcher, lineMatcher } from "../../logs/line_matcher.ts";

/** Bytes of a log that are read at one look: a program that writes more is caught up with later. */
const MAX_READ = 256 * 1024;
/** Bytes of a line that are searched. */
const MAX_LINE = 4096;

/** Sizes of the two logs of a process in bytes, stdout first. */
export type LogSizes = readonly [number, number];

/** The present sizes of two logs. */
export function logSizes([out, err]: readonly [string, string]): LogSizes {
  return [sizeOf(out), sizeOf(err)];
}

/** Searches what one run writes to its logs for a line that matches. */
export class OutputSearch {
  readonly #pattern: LogPattern;
  readonly #streams: readonly StreamSearch[];
  #matcher: LineMatcher | undefined;

  /**
   * @param logs The paths of its stdout and stderr.
   * @param from What they had when it was launched.
   */
  constructor(pattern: LogPattern, logs: readonly [string, string], from: LogSizes) {
    this.#pattern = pattern;
    this.#streams = logs.map((path, index) => new StreamSearch(path, from[index]!));
  }

  /**
   * Reads what has been written since the last look.
   *
   * @returns whether a whole line matches.
   * @throws {Deno.errors.InvalidData} if the pattern cannot be searched for.
   */
  async look(): Promise<boolean> {
    const matches = this.#matcher ??= await lineMatcher(this.#pattern);
    return this.#streams.some((stream) => stream.look(matches));
  }
}

/** The same for one log. */
class StreamSearch {
  readonly #path: string;
  #offset: number;
  /** The beginning of a line whose end is not written yet. */
  #begun = "";

  constructor(path: string, offset: number) {
    this.#path = path;
    this.#offset = offset;
  }

  look(matches: LineMatcher): boolean {
    const size = sizeOf(this.#path);
    // It has been rotated or emptied.
    if (size < this.#offset) {
      this.#offset = 0;
      this.#begun = "";
    }
    if (size === this.#offset) return false;
    using file = openIfThere(this.#path);
    if (!file) return false;
    const bytes = readAt(file, this.#offset, Math.min(size - this.#offset, MAX_READ));
    this.#offset += bytes.length;
    const [first = "", ...others] = new TextDecoder().decode(bytes).split("\n");
    const lines = [`${this.#begun}${first}`, ...others].map((line) => line.slice(0, MAX_LINE));
    this.#begun = lines.pop()!;
    return lines.some((line) => matches(line.replace(/\r$/, "")));
  }
}
