import * as v from "valibot";
import type { HistoryEntry } from "../../db/read_history.ts";
import { EVENTS } from "../../event_table.ts";

/** One entry of the history of a process, as `db/history` has it. */
export const historyEntrySchema: v.GenericSchema<unknown, HistoryEntry> = v.object({
  time: v.number(),
  event: v.picklist(EVENTS),
  name: v.string(),
  pid: v.exactOptional(v.nullable(v.number())),
  exit_code: v.exactOptional(v.number()),
  exit_signal: v.exactOptional(v.string()),
  uptime: v.exactOptional(v.number()),
  reason: v.exactOptional(v.string()),
  start_again: v.exactOptional(v.string()),
  job: v.exactOptional(v.literal(true)),
  request: v.exactOptional(v.string()),
  awaits_ready: v.exactOptional(v.literal(true)),
  folded: v.exactOptional(v.number()),
});
