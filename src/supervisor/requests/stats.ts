import { statsMessage } from "../../api/messages/stats.ts";
import { type Route, route } from "../../api/server.ts";
import { readProcessTable } from "../../process/linux/read_process_table.ts";
import type { Supervisor } from "../supervisor.ts";

/** Answers what the processes use. */
export function statsRoute(supervisor: Supervisor): Route {
  return route(statsMessage, async () => {
    const table = await readProcessTable();
    return { stats: supervisor.sampler.peek(table, supervisor.processes) };
  });
}
