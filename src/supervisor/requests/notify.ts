import { notifyMessage, type NotifyResponse } from "../../api/messages/notify.ts";
import { type Route, route } from "../../api/server/server.ts";
import type { Supervisor } from "../supervisor.ts";

/** Tries the commands for events: those of processes, or those that are set for all. */
export function notifyRoute(supervisor: Supervisor): Route {
  return route(notifyMessage, async ({ selectors }) => {
    const names = selectors.length === 0
      ? [null]
      : supervisor.select("notify of", selectors).map(({ meta }) => meta.name);
    const tests: NotifyResponse["tests"][number][] = [];
    for (const name of names) {
      for (const test of await supervisor.notifier.test(name)) tests.push({ name, ...test });
    }
    return { tests };
  });
}
