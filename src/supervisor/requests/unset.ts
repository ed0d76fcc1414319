import { unsetMessage } from "../../api/messages/unset.ts";
import { type Route, route } from "../../api/server.ts";
import { removeSetting } from "../../persist/settings_file.ts";
import type { Supervisor } from "../supervisor.ts";

/** Forgets a setting. */
export function unsetRoute(supervisor: Supervisor): Route {
  return route(unsetMessage, ({ key }) => ({ removed: removeSetting(supervisor.root, key) }));
}
