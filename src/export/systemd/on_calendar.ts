import type { CronTimes, TimeField } from "../cron_times.ts";

const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/**
 * The values of `OnCalendar=` that together come when a cron pattern does. cron takes a day where
 * the day of the month or that of the week fits, systemd only where both do: hence two lines.
 *
 * Format: systemd.time(7), "Calendar Events".
 *
 * @param timezone An IANA name; `null`: that of the machine.
 *
 * @example
 * ```ts
 * import { readCronTimes } from "../cron_times.ts";
 * import { onCalendar } from "./on_calendar.ts";
 *
 * onCalendar(readCronTimes("30 2 * * 1-5")!, null); // ["Mon..Fri *-*-* 02:30:00"]
 * ```
 */
export function onCalendar(times: CronTimes, timezone: string | null): readonly string[] {
  const { second, minute, hour, day, lastDay, month, weekday } = times;
  const clock = [hour, minute, second].map(numbers).join(":");
  const zone = timezone === null ? "" : ` ${timezone}`;
  const at = (weekdays: string, days: string) =>
    `${weekdays}*-${numbers(month)}${days} ${clock}${zone}`;
  const days = [
    ...day.values.length > 0 ? [`-${numbers(day)}`] : [],
    // `~1`: counted from the end of the month.
    ...lastDay ? ["~01"] : [],
  ];
  const ofMonth = days.map((days) => at("", days));
  const ofWeek = at(`${weekdayNames(weekday)} `, "-*");
  if (weekday.isStar) return ofMonth;
  return day.isStar && !lastDay ? [ofWeek] : [...ofMonth, ofWeek];
}

function weekdayNames({ values }: TimeField): string {
  // systemd's week begins on Monday.
  const fromMonday = values.map((value) => (value + 6) % 7).sort((a, b) => a - b);
  const name = (value: number) => WEEKDAYS[(value + 1) % 7]!;
  return runsOf(fromMonday).map(([first, last]) =>
    first === last ? name(first) : `${name(first)}..${name(last)}`
  ).join(",");
}

function numbers(field: TimeField): string {
  if (field.isStar) return "*";
  const two = (value: number) => String(value).padStart(2, "0");
  return runsOf(field.values).map(([first, last]) =>
    first === last ? two(first) : `${two(first)}..${two(last)}`
  ).join(",");
}

/** Numbers in a row, each as its first and its last. */
function runsOf(values: readonly number[]): readonly (readonly [first: number, last: number])[] {
  const runs: [number, number][] = [];
  for (const value of values) {
    const run = runs.at(-1);
    if (run && run[1] === value - 1) run[1] = value;
    else runs.push([value, value]);
  }
  return runs;
}
