/**
 * The parameters of questions: each is a text in the query of the address.
 *
 * @module
 */
import * as v from "valibot";
import { MOMENT_FORM, parseMoment } from "../moment.ts";

/** A point in time; its output is epoch seconds, by the clock of the supervisor. */
function moment(described: string) {
  return v.pipe(
    v.string(),
    v.check((text) => parseMoment(text, Date.now()) !== undefined, MOMENT_FORM),
    v.description(
      `${described}: epoch seconds, an ISO 8601 time, or a duration ago as 10m, 2h, 7d`,
    ),
    v.transform((text) => parseMoment(text, Date.now())!),
  );
}

/**
 * The period that is asked about.
 *
 * @param begin Where it begins unless `since` says so.
 */
export function periodParameters(begin: string) {
  return {
    since: v.exactOptional(moment(`From which time on; default: ${begin}`)),
    until: v.exactOptional(moment("Up to which time; default: now")),
  };
}

/** A whole number from 1. */
export function count(described: string, standard: number, maximum: number) {
  return v.exactOptional(
    v.pipe(
      v.string(),
      v.regex(/^[1-9]\d{0,6}$/, "is no whole number from 1"),
      v.check((text) => Number(text) <= maximum, `is more than ${maximum}`),
      v.description(`${described}; default: ${standard}, maximum: ${maximum}`),
      v.transform(Number),
    ),
    String(standard),
  );
}

/** `true` or `false`. */
export function choiceOfTwo(described: string) {
  return v.exactOptional(
    v.pipe(
      v.picklist(["true", "false"]),
      v.description(described),
      v.transform((text) => text === "true"),
    ),
    "false",
  );
}
