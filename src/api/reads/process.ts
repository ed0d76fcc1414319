import * as v from "valibot";
import { specSchema } from "../../meta/spec.ts";
import { SETTING_KEYS } from "../../settings/table/settings_table.ts";
import { read } from "../read.ts";
import { healthSchema } from "../schemas/health.ts";
import { historyEntrySchema } from "../schemas/history_entry.ts";
import { metaFields } from "../schemas/meta.ts";

const description = v.object({
  ...metaFields,
  status: v.string(),
  crash_loop: v.exactOptional(v.literal(true)),
  cpu: v.nullable(v.number()),
  mem: v.nullable(v.number()),
  /** How many there are of what it has started, itself included. */
  processes: v.nullable(v.number()),
  health: v.nullable(healthSchema),
  /** Its directory, below the root. */
  directory: v.string(),
  /** Its settings, as `spec.json` has them, completed by their defaults; `null`: unreadable. */
  spec: v.nullable(specSchema),
  /** The names of the settings that somebody has set. */
  set: v.array(v.picklist(SETTING_KEYS)),
  files: v.array(v.object({ name: v.string(), size: v.nullable(v.number()) })),
  /** The last ten entries. */
  history: v.array(historyEntrySchema),
  /** The last error on its standard error. */
  last_errors: v.array(v.string()),
  /** What is wrong with its logs, by stream. */
  log_problems: v.object({ out: v.exactOptional(v.string()), err: v.exactOptional(v.string()) }),
});

/** Tells everything known about one process. */
export const processRead = read({
  name: "describeProcess",
  path: "/v1/processes/{name}",
  summary: "Tell everything known about a process",
  query: v.strictObject({}),
  answer: description,
});
