import { setMessage } from "../../api/messages/set.ts";
import { type Route, route } from "../../api/server/server.ts";
import { withContext } from "../../errors.ts";
import { storeSetting } from "../../settings/settings_file.ts";
import { checkDefault } from "../start/check_default.ts";
import { claimantOf, portClaimedError } from "../ports/port_claim.ts";
import type { Service } from "../service.ts";
import type { Supervisor } from "../supervisor.ts";

/** Stores a setting. */
export function setRoute(supervisor: Supervisor, { metricsPort }: Service): Route {
  return route(setMessage, async ({ key, value }) => {
    await checkDefault(supervisor.root, key, value);
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
