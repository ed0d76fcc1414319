import type { Route } from "../api/server/server.ts";
import { messageOf } from "../errors.ts";
import { saveList } from "../persist/save_list.ts";
import { settingValue } from "../settings/settings_file.ts";
import type { Supervisor } from "./supervisor.ts";

/**
 * The requests that change the list of processes. A shutdown is not one of them, nor is a request
 * that it interrupts: what it stops must come back.
 */
const CHANGES: ReadonlySet<string> = new Set([
  "start",
  "scale",
  "stop",
  "restart",
  "reset",
  "set",
]);

/** Saves the list behind a request that changes it, where `save.auto` says so. */
export function withAutosave(supervisor: Supervisor, route: Route): Route {
  if (!CHANGES.has(route.name)) return route;
  return {
    name: route.name,
    async answer(body, id) {
      try {
        return await route.answer(body, id);
      } finally {
        // One that failed may have changed something all the same.
        autosave(supervisor);
      }
    },
  };
}

function autosave(supervisor: Supervisor): void {
  if (supervisor.leaving) return;
  try {
    if (settingValue(supervisor.root, "save.auto") !== true) return;
    const { warning } = saveList(supervisor.root, supervisor.processes, { force: false });
    if (warning !== undefined) supervisor.log(warning);
    supervisor.record("save", null);
  } catch (error) {
    supervisor.log(`save.auto: ${messageOf(error)}`);
  }
}
