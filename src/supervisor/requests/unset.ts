import { unsetMessage } from "../../api/messages/unset.ts";
import { type Route, route } from "../../api/server/server.ts";
import { removeSetting } from "../../settings/settings_file.ts";
import type { Service } from "../service.ts";
import type { Supervisor } from "../supervisor.ts";

/** Forgets a setting. */
export function unsetRoute({ root }: Supervisor, { metricsPort }: Service): Route {
  return route(unsetMessage, ({ key }) => {
    const removed = removeSetting(root, key);
    metricsPort.follow();
    return { removed };
  });
}
