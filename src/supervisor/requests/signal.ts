import { signalMessage } from "../../api/messages/signal.ts";
import { type Route, route } from "../../api/server/server.ts";
import { sendSignal } from "../../process/signals.ts";
import { parseSignal } from "../../signal_names.ts";
import type { Supervisor } from "../supervisor.ts";

/** Sends a signal to what is selected. */
export function signalRoute(supervisor: Supervisor): Route {
  return route(signalMessage, ({ signal, selectors }) => {
    const parsed = parseSignal(signal);
    const signalled: { name: string; pid: number }[] = [];
    const selected = supervisor.select("signal", selectors);
    for (const { meta: { name }, run } of selected) {
      if (run && sendSignal(run.pid, parsed)) signalled.push({ name, pid: run.pid });
    }
    if (signalled.length === 0 && selected.length > 0) {
      const names = selected.map(({ meta }) => `'${meta.name}'`).join(", ");
      throw new Deno.errors.NotFound(`Cannot signal ${names}: not running`);
    }
    return { signalled };
  });
}
