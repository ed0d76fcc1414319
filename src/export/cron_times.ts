/** The values of one field of a cron pattern. */
export interface TimeField {
  /** Sorted. */
  readonly values: readonly number[];
  /** Whether the field is `*`: then it does not restrict anything. */
  readonly isStar: boolean;
}

/** When a cron pattern comes. */
export interface CronTimes {
  readonly second: TimeField;
  readonly minute: TimeField;
  readonly hour: TimeField;
  readonly day: TimeField;
  /** The last day of a month counts, too. */
  readonly lastDay: boolean;
  readonly month: TimeField;
  /** 0 is Sunday. */
  readonly weekday: TimeField;
}

interface FieldRange {
  readonly first: number;
  readonly last: number;
  readonly names?: readonly string[];
}

const SECOND: FieldRange = { first: 0, last: 59 };
const MINUTE = SECOND;
const HOUR: FieldRange = { first: 0, last: 23 };
const DAY: FieldRange = { first: 1, last: 31 };
const MONTH: FieldRange = {
  first: 1,
  last: 12,
  names: ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"],
};
/** 7 is Sunday again. */
const WEEKDAY: FieldRange = {
  first: 0,
  last: 7,
  names: ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"],
};

const NICKNAMES: Readonly<Record<string, string>> = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
};

/**
 * Reads a cron pattern as croner does, which tsm goes by: five fields, or six with the seconds in
 * front; lists, ranges, steps, names, `L` for the last day of the month.
 *
 * @returns `undefined` for what other engines cannot express (`W`, `#`, `L` of a weekday, years).
 *
 * @example
 * ```ts
 * import { readCronTimes } from "./cron_times.ts";
 *
 * readCronTimes("30 2 * * MON-FRI")?.weekday.values; // [1, 2, 3, 4, 5]
 * ```
 */
export function readCronTimes(pattern: string): CronTimes | undefined {
  const text = NICKNAMES[pattern.trim().toLowerCase()] ?? pattern.trim();
  const fields = text.split(/\s+/);
  if (fields.length !== 5 && fields.length !== 6) return undefined;
  const [seconds, minutes, hours, days, months, weekdays] = fields.length === 6
    ? fields
    : ["0", ...fields];
  const dayParts = days!.split(",");
  const ordinaryDays = dayParts.filter((part) => part.toUpperCase() !== "L");
  const lastDay = ordinaryDays.length < dayParts.length;
  const second = readField(seconds!, SECOND);
  const minute = readField(minutes!, MINUTE);
  const hour = readField(hours!, HOUR);
  const day = ordinaryDays.length === 0
    ? { values: [], isStar: false }
    : readField(ordinaryDays.join(","), DAY);
  const month = readField(months!, MONTH);
  const weekday = readField(weekdays!, WEEKDAY);
  if (!second || !minute || !hour || !day || !month || !weekday) return undefined;
  const sundayOnce = new Set(weekday.values.map((value) => value % 7));
  return {
    second,
    minute,
    hour,
    day,
    lastDay,
    month,
    weekday: { ...weekday, values: [...sundayOnce].sort((a, b) => a - b) },
  };
}

function readField(text: string, range: FieldRange): TimeField | undefined {
  const values = new Set<number>();
  for (const part of text.split(",")) {
    const found = readPart(part, range);
    if (found === undefined) return undefined;
    for (const value of found) values.add(value);
  }
  // To croner `?` is all values, but no star: of day and weekday either is enough then.
  return { values: [...values].sort((a, b) => a - b), isStar: text === "*" };
}

function readPart(part: string, range: FieldRange): readonly number[] | undefined {
  const match = /^(?:([*?])|(\w+)(?:-(\w+))?)(?:\/(\d+))?$/.exec(part);
  if (!match) return undefined;
  const [, star, from = "", to, step] = match;
  const first = star ? range.first : readValue(from, range);
  // croner refuses `5/15`, which others take for 'from 5 on'.
  if (!star && to === undefined && step !== undefined) return undefined;
  const last = star ? range.last : readValue(to ?? from, range);
  const by = Number(step ?? 1);
  if (first === undefined || last === undefined || first > last || by < 1) return undefined;
  const count = Math.floor((last - first) / by) + 1;
  return Array.from({ length: count }, (_, index) => first + index * by);
}

function readValue(text: string, { first, last, names = [] }: FieldRange): number | undefined {
  const named = names.indexOf(text.toUpperCase());
  const value = named >= 0 ? named + first : /^\d+$/.test(text) ? Number(text) : undefined;
  return value !== undefined && value >= first && value <= last ? value : undefined;
}
