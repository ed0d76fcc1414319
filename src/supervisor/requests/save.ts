import { saveMessage } from "../../api/messages/save.ts";
import { type Route, route } from "../../api/server/server.ts";
import { saveList } from "../../persist/save_list.ts";
import type { Supervisor } from "../supervisor.ts";

/** Saves the list of processes. */
export function saveRoute(supervisor: Supervisor): Route {
  return route(saveMessage, ({ force }) => {
    const result = saveList(supervisor.root, supervisor.processes, { force });
    supervisor.record("save", null);
    return result;
  });
}
