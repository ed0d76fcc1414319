import * as v from "valibot";
import type { AnswerOf } from "./answer.ts";

/** Something of the machine that soon keeps the supervisor from starting more. */
export const shortageSchema = v.object({
  message: v.string(),
  /** What to do about it. */
  fix: v.string(),
});

export type Shortage = AnswerOf<typeof shortageSchema>;
