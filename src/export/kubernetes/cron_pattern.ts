import type { CronTimes, TimeField } from "../cron_times.ts";

/**
 * The pattern of five fields that a CronJob takes: without names, and with 0 for Sunday.
 *
 * Source: pkg.go.dev/github.com/robfig/cron/v3, which Kubernetes reads them with.
 *
 * @returns `undefined` for what comes at another second than 0, or on the last day of a month.
 *
 * @example
 * ```ts
 * import { readCronTimes } from "../cron_times.ts";
 * import { cronPattern } from "./cron_pattern.ts";
 *
 * cronPattern(readCronTimes("0 6 * * MON-FRI")!); // "0 6 * * 1-5"
 * ```
 */
export function cronPattern(times: CronTimes): string | undefined {
  const { second, minute, hour, day, lastDay, month, weekday } = times;
  if (lastDay || second.values.length !== 1 || second.values[0] !== 0) return undefined;
  return [minute, hour, day, month, weekday].map(fieldText).join(" ");
}

function fieldText({ values, isStar }: TimeField): string {
  if (isStar) return "*";
  const [first = 0, second = 0] = values;
  const last = values.at(-1) ?? first;
  const step = second - first;
  const isEven = values.length > 2 && values.every((value, at) => value === first + at * step);
  if (!isEven) return values.join(",");
  return step === 1 ? `${first}-${last}` : `${first}-${last}/${step}`;
}
