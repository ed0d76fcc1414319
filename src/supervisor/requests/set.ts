import { setMessage } from "../../api/messages/set.ts";
import { type Route, route } from "../../api/server.ts";
import { storeSetting } from "../../persist/settings_file.ts";
import type { Supervisor } from "../supervisor.ts";

/** Stores a setting. */
export function setRoute(supervisor: Supervisor): Route {
  return route(setMessage, ({ key, value }) => {
    storeSetting(supervisor.root, key, value);
    return { key, value };
  });
}
