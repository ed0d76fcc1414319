import * as v from "valibot";
import { INTENTS, type Meta } from "../../meta/metadata.ts";
import { READINESS_STATES } from "../../meta/readiness.ts";
import { STATUSES } from "../../meta/status.ts";
import { STOPPERS } from "../../meta/stopper.ts";

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** What the fields of `meta.json` may hold; docs/files.md tells what they mean. */
export const metaFields = {
  tsm_id: v.pipe(v.number(), v.integer(), v.minValue(1)),
  name: v.string(),
  pid: v.nullable(count),
  command: v.string(),
  cwd: v.string(),
  interpreter: v.nullable(v.string()),
  port: v.nullable(count),
  status: v.picklist(STATUSES),
  start_time: v.nullable(v.number()),
  restarts: count,
  unstable_restarts: count,
  env_file: v.nullable(v.string()),
  pid_start: v.nullable(count),
  exit_code: v.exactOptional(v.number()),
  exit_signal: v.exactOptional(v.string()),
  reason: v.exactOptional(v.string()),
  stopped_by: v.exactOptional(v.picklist(STOPPERS)),
  retry_at: v.exactOptional(v.number()),
  intent: v.exactOptional(v.picklist(INTENTS)),
  request: v.exactOptional(v.string()),
  readiness: v.exactOptional(v.picklist(READINESS_STATES)),
  output_from: v.exactOptional(v.tuple([count, count])),
  early_crashes: v.exactOptional(count),
  status_text: v.exactOptional(v.string()),
  last_run: v.exactOptional(v.object({
    exit_code: v.exactOptional(v.number()),
    exit_signal: v.exactOptional(v.string()),
    duration: v.exactOptional(v.number()),
  })),
};

/** One process, as its `meta.json` has it. */
export const metaSchema: v.GenericSchema<unknown, Meta> = v.object(metaFields);
