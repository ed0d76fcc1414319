import { cleardumpMessage } from "../../api/messages/cleardump.ts";
import { type Route, route } from "../../api/server/server.ts";
import { clearSaved } from "../../persist/save_list.ts";
import type { Supervisor } from "../supervisor.ts";

/** Forgets the saved list. */
export function cleardumpRoute(supervisor: Supervisor): Route {
  return route(cleardumpMessage, () => ({ cleared: clearSaved(supervisor.root) }));
}
