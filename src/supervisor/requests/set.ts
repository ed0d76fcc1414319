import { setMessage } from "../../api/messages/set.ts";
import { type Route, route } from "../../api/server.ts";
import { messageOf, withContext } from "../../errors.ts";
import { storeSetting } from "../../settings/settings_file.ts";
import { checkSchedules } from "../triggers/check_schedules.ts";
import { claimantOf, portClaimedError } from "../process/port_claim.ts";
import type { Service } from "../service.ts";
import type { Supervisor } from "../supervisor.ts";

/** Stores a setting. */
export function setRoute(supervisor: Supervisor, { metricsPort }: Service): Route {
  return route(setMessage, ({ key, value }) => {
    checkDefault(key, value);
    // A port that cannot be listened on is refused before it is stored; if storing it fails,
    // listening ends again.
    if (key === "metrics_port" && isPort(value)) {
      const claimant = claimantOf(supervisor.processes, value);
      if (claimant) throw withContext(`Cannot set ${key}`, portClaimedError(claimant));
      metricsPort.listen(value);
    }
    storeSetting(supervisor.root, key, value);
    if (key === "metrics_port") metricsPort.follow();
    return { key, value };
  });
}

function isPort(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 65535;
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
