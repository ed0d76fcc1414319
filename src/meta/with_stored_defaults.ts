import type { ProcessDefinition } from "./process_definition.ts";
import type { SpecSettings } from "../settings/table/settings_table.ts";

/**
 * The settings of a new process: what is given, else what `tsm set default.X` stored.
 *
 * @param defaults What is stored.
 */
export function withStoredDefaults(
  given: ProcessDefinition["settings"],
  defaults: Partial<SpecSettings>,
): ProcessDefinition["settings"] {
  const all = { ...defaults, ...given };
  // A job is not restarted by the clock: a default for programs that run on is not for it.
  return given.schedule && !given.cron_restart ? { ...all, cron_restart: null } : all;
}
