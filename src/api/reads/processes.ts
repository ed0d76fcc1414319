import * as v from "valibot";
import type { AnswerOf } from "../answer.ts";
import { read } from "../read.ts";
import { healthSchema } from "../schemas/health.ts";
import { metaFields } from "../schemas/meta.ts";

const row = v.object({
  ...metaFields,
  /** Per cent of one core, and KiB of resident memory; `null` where it does not run. */
  cpu: v.nullable(v.number()),
  mem: v.nullable(v.number()),
  namespace: v.string(),
  /** What its instances share as a name; `null` where it is not one of several. */
  app: v.nullable(v.string()),
  instance: v.nullable(v.number()),
  /** `null` where it has no health check, or does not run. */
  health: v.nullable(healthSchema),
  crash_loop: v.exactOptional(v.literal(true)),
});

/** One process of the list. */
export type ProcessRow = AnswerOf<typeof row>;

const answer = v.object({ processes: v.array(row) });

/** Lists the processes. */
export const processesRead = read({
  name: "listProcesses",
  path: "/v1/processes",
  summary: "List the processes, with what they use",
  query: v.strictObject({}),
  answer,
});
