import * as v from "valibot";
import type { AnswerOf } from "../answer.ts";
import { message } from "../message.ts";

const stats = v.object({
  /** Per cent of one core, since the last look. */
  cpu: v.number(),
  /** Resident memory, in KiB. */
  mem: v.number(),
  /** How many processes the tree has. */
  processes: v.number(),
});

/** What a process and all that belongs to it use. */
export type ProcessStats = AnswerOf<typeof stats>;

/** By name; a process that does not run has no entry. */
const answer = v.object({ stats: v.record(v.string(), stats) });

export type StatsResponse = AnswerOf<typeof answer>;

/** Asks what the processes use. */
export const statsMessage = message({
  name: "stats",
  summary: "Look at what the processes use just now",
  schema: v.strictObject({}),
  answer,
});
