import type { RuntimeRoot } from "../root.ts";
import { dayOf, listDayFiles } from "./day_files.ts";
import type { LineProblems } from "./line_problems.ts";
import { MetricParser } from "./metric_parser.ts";
import { type LineTaker, scanLines } from "./scan_lines.ts";

/** From when to when, epoch seconds; the end is not in it. */
export interface Period {
  readonly since: number;
  readonly until: number;
}

/**
 * Passes each line of `db/metrics` of a period to `take`, in the order of the files.
 *
 * @param take Gets the parser, whose fields hold the line; they are overwritten by the next.
 * @param pause As {@linkcode scanLines} has it.
 * @returns the names of the processes, by the index the parser gave them.
 *
 * @example
 * ```ts
 * import { runtimeRoot } from "../root.ts";
 * import { LineProblems } from "./line_problems.ts";
 * import { readMetrics } from "./read_metrics.ts";
 *
 * const period = { since: 1697155200, until: 1697241600 };
 * await readMetrics(runtimeRoot("/srv/tsm"), period, new LineProblems(), ({ mem }) => {
 *   console.log(mem);
 * });
 * ```
 */
export async function readMetrics(
  root: RuntimeRoot,
  period: Period,
  problems: LineProblems,
  take: (line: MetricParser) => void,
  pause?: () => Promise<void>,
): Promise<readonly string[]> {
  const { since, until } = period;
  const parser = new MetricParser();
  const takeIfWithin = () => {
    if (parser.time >= since && parser.time < until) take(parser);
  };
  const taker: LineTaker = {
    take(bytes, from, to) {
      const problem = parser.parse(bytes, from, to);
      if (problem === undefined) takeIfWithin();
      return problem;
    },
    takeUsual(bytes, from) {
      const to = parser.parseUsual(bytes, from);
      if (to !== -1) takeIfWithin();
      return to;
    },
  };
  for (const path of pathsOf(root.metrics, period)) {
    await scanLines(path, taker, problems, pause);
  }
  return parser.names;
}

/** The files of a directory of days that have lines of a period, in the order to read them. */
export function pathsOf(directory: string, { since, until }: Period): string[] {
  const [first, last] = [dayOf(clamp(since) * 1000), dayOf(clamp(until) * 1000)];
  return listDayFiles(directory).filter(({ day }) => day >= first && day <= last)
    .flatMap(({ plain, compressed, isCopy }) => [isCopy ? undefined : compressed, plain])
    .filter((path) => path !== undefined);
}

/** What is beyond a four-digit year has no day file. */
function clamp(seconds: number): number {
  return Math.min(Math.max(0, seconds), 253_402_300_799);
}
