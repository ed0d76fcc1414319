import type { LogLine, LogsQuery } from "../../api/reads/logs.ts";
import { messageOf } from "../../errors.ts";
import { linearMatcher, type LineMatcher } from "../../logs/line_matcher.ts";
import { ALL_LINES } from "../../logs/lines/line_filter.ts";
import { mergeByTime } from "../../logs/lines/merge.ts";
import { Source, type SourceLine } from "../../logs/lines/source.ts";
import { STREAMS } from "../../logs/log_problems.ts";
import type { RuntimeRoot } from "../../root.ts";

/** Bytes of a line that are looked at and sent; the rest of a longer one is left out. */
const MAX_LINE = 64 * 1024;
/** Characters that are sent at once; of more, the newest. */
const MAX_TEXT = 8 * 1024 * 1024;
/** Milliseconds a search may take: whoever asks for more than it finds meanwhile asks for less. */
const MAX_SEARCH = 30_000;

const decoder = new TextDecoder();

/** What of the lines of a log is wanted. */
export interface WantedLines extends Pick<LogsQuery, "since" | "until" | "stream" | "lines"> {
  /** `undefined`: every line. */
  readonly matches: LineMatcher | undefined;
}

/**
 * Reads what is asked for.
 *
 * @throws {Deno.errors.InvalidData} for a pattern that does not parse, or a period without length.
 */
export async function wantedLines({ grep, ...query }: LogsQuery): Promise<WantedLines> {
  const { since, until } = query;
  if (since !== undefined && until !== undefined && until <= since) {
    throw new Deno.errors.InvalidData("Cannot read logs: 'until' is not after 'since'");
  }
  return { ...query, matches: grep === undefined ? undefined : await matcherOf(grep) };
}

async function matcherOf(pattern: string): Promise<LineMatcher> {
  try {
    return await linearMatcher(pattern, false);
  } catch (error) {
    throw new Deno.errors.InvalidData(
      `Cannot search logs for '${pattern}': ${
        messageOf(error)
      }; a pattern has the syntax of RE2, ` +
        "without look-around and back references",
    );
  }
}

/**
 * Opens the logs of a process where the lines begin that are wanted. Both are to be disposed of.
 *
 * @param follow Whether what comes later is read too.
 */
export function openLogs(
  root: RuntimeRoot,
  name: string,
  { since, until, stream, lines, matches }: WantedLines,
  follow: boolean,
): Promise<Source[]> {
  // Where lines have to be looked at, all are read, and the newest that are wanted kept.
  const isExact = since === undefined && until === undefined && matches === undefined;
  const options = {
    follow,
    lines: isExact ? lines : Infinity,
    since,
    until,
    filter: ALL_LINES,
    raw: false,
    isPlain: false,
  };
  return Promise.all(
    STREAMS.filter((each) => stream === undefined || each === stream)
      .map((each) => Source.open(root, { name, stream: each }, options)),
  );
}

/**
 * The newest of the wanted lines that logs hold now.
 *
 * @param pause Called again and again: awaited where it returns something.
 * @throws {Deno.errors.TimedOut} if the search takes too long.
 */
export async function newestLines(
  sources: readonly Source[],
  { lines: maximum, matches }: WantedLines,
  pause: () => Promise<void> | undefined,
): Promise<LogLine[]> {
  const begun = performance.now();
  const kept: LogLine[] = [];
  /** Of those that are kept, which are those from `first` on. */
  let size = 0;
  let first = 0;
  for await (const batch of mergeByTime(sources.map((source) => source.history()))) {
    for (const line of batch) {
      const waiting = pause();
      if (waiting) {
        await waiting;
        if (performance.now() - begun > MAX_SEARCH) throw tooLong();
      }
      const told = logLine(line);
      if (matches && !matches(told.line)) continue;
      kept.push(told);
      size += told.line.length;
      while (kept.length - first > maximum || (size > MAX_TEXT && kept.length - first > 1)) {
        size -= kept[first++]!.line.length;
      }
      if (first < 10_000) continue;
      kept.splice(0, first);
      first = 0;
    }
  }
  return kept.slice(first);
}

/** A line for programs; a very long one is cut. */
export function logLine({ source: { name, stream }, line: { bytes }, by }: SourceLine): LogLine {
  const time = Math.round(by * 1000) / 1000;
  const line = decoder.decode(bytes.subarray(0, MAX_LINE));
  return { time, name, stream, line, ...bytes.length > MAX_LINE ? { truncated: true } : {} };
}

function tooLong(): Error {
  return new Deno.errors.TimedOut(
    `Cannot search the logs: it takes longer than ${MAX_SEARCH / 1000} s; ask for less by 'since'`,
  );
}
