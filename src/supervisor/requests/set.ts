import { setMessage } from "../../api/messages/set.ts";
import { type Route, route } from "../../api/server.ts";
import { messageOf } from "../../errors.ts";
import { storeSetting } from "../../persist/settings_file.ts";
import { checkSchedules } from "../check_schedules.ts";
import type { Supervisor } from "../supervisor.ts";

/** Stores a setting. */
export function setRoute(supervisor: Supervisor): Route {
  return route(setMessage, ({ key, value }) => {
    checkDefault(key, value);
    storeSetting(supervisor.root, key, value);
    return { key, value };
  });
}

/** A default that no process could be started with is refused at once. */
function checkDefault(key: string, value: unknown): void {
  if (typeof value !== "string" || !/^default\.(cron_restart|log_rotate)$/.test(key)) return;
  try {
    checkSchedules({ [key.slice("default.".length)]: value });
  } catch (error) {
    throw new Deno.errors.InvalidData(`Cannot set ${key}: ${messageOf(error)}`);
  }
}
