import * as v from "valibot";
import type { AnswerOf } from "./answer.ts";

/** What could not be done with one process of those that were asked for, and why. */
export const failureSchema = v.object({ name: v.string(), reason: v.string() });

export type Failure = AnswerOf<typeof failureSchema>;
