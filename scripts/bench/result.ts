/** What one contender's runs gave. */
export interface Series {
  readonly contender: string;
  /** One figure a run, in the result's unit. */
  readonly samples: readonly number[];
  /** CPU time of the commands of one run, in milliseconds, where that matters. */
  readonly cpu?: number;
}

/** What is to be reached. */
export interface Target {
  /** In words: "5x faster than PM2". */
  readonly text: string;
  /** Tells whether it is reached; `undefined` where the contender it compares with is missing. */
  readonly isMet: (result: Result) => boolean | undefined;
}

/** One row of the table. */
export interface Result {
  /** What was measured. */
  readonly what: string;
  /** `ms`, `KiB`, `%`, `B`, `MB/s`, `lines` … */
  readonly unit: string;
  readonly series: readonly Series[];
  readonly targets: readonly Target[];
  /** What one has to know to read it. */
  readonly note?: string;
  /** Set where the README shows it, with a bar for each contender: what it is called there. */
  readonly headline?: string;
}

/** The name of what the machine can do at all. */
export const LIMIT = "limit";

/** The middle of the runs of a contender; `undefined` where it was not measured. */
export function medianOf(result: Result, contender: string): number | undefined {
  const samples = result.series.find((series) => series.contender === contender)?.samples;
  return samples && samples.length > 0 ? median(samples) : undefined;
}

/** The middle value; of an even number the mean of the two in the middle. */
export function median(samples: readonly number[]): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/** tsm takes at most `value`, in the result's unit. */
export function atMost(value: number, text: string): Target {
  return {
    text,
    isMet(result) {
      const tsm = medianOf(result, "tsm");
      return tsm === undefined ? undefined : tsm <= value;
    },
  };
}

/** tsm takes at most `factor` times what `other` takes. */
export function atMostTimes(factor: number, other: string, text?: string): Target {
  return {
    text: text ?? `≤ ${factor}× ${other === LIMIT ? "the limit" : other}`,
    isMet: (result) => compare(result, other, (tsm, theirs) => tsm <= factor * theirs),
  };
}

/** tsm takes at most so much more than `other`, in the result's unit. */
export function atMostOver(difference: number, other: string): Target {
  return {
    text: `≤ ${difference} over ${other === LIMIT ? "the limit" : other}`,
    isMet: (result) => compare(result, other, (tsm, theirs) => tsm <= theirs + difference),
  };
}

/** `other` takes at least `factor` times what tsm takes. */
export function timesFaster(factor: number, other: string): Target {
  return {
    text: `≥ ${factor}× faster than ${other}`,
    isMet: (result) => compare(result, other, (tsm, theirs) => tsm * factor <= theirs),
  };
}

/** tsm reaches at least `factor` of `other`'s figure, where more is better. */
export function atLeastTimes(factor: number, other: string): Target {
  return {
    text: `≥ ${factor} of ${other === LIMIT ? "the limit" : other}`,
    isMet: (result) => compare(result, other, (tsm, theirs) => tsm >= factor * theirs),
  };
}

function compare(
  result: Result,
  other: string,
  holds: (tsm: number, other: number) => boolean,
): boolean | undefined {
  const tsm = medianOf(result, "tsm");
  const theirs = medianOf(result, other);
  return tsm === undefined || theirs === undefined ? undefined : holds(tsm, theirs);
}
