import * as v from "valibot";

/** The check of what a request selects processes by: one selector at least. */
export const selectorsSchema = v.pipe(v.array(v.string()), v.minLength(1));
