import { sendMessage } from "../../api/messages/send.ts";
import { type Route, route } from "../../api/server/server.ts";
import { withContext } from "../../errors.ts";
import { writeInput } from "../launch/write_input.ts";
import { processPaths } from "../../root.ts";
import type { ManagedProcess } from "../process/managed_process.ts";
import type { Supervisor } from "../supervisor.ts";

/** Writes a text to the standard input of what is selected. */
export function sendRoute(supervisor: Supervisor): Route {
  return route(sendMessage, async ({ text, selectors }) => {
    const selected = supervisor.select("send to", selectors);
    for (const process of selected) refuseWithoutInput(process);
    await Promise.all(selected.map(async ({ meta: { name } }) => {
      try {
        await writeInput(processPaths(supervisor.root, name).stdin, text);
      } catch (error) {
        throw withContext(`Cannot send to '${name}'`, error);
      }
    }));
    return { sent: selected.map(({ meta }) => meta.name) };
  });
}

function refuseWithoutInput({ meta: { name }, run, spec }: ManagedProcess): void {
  if (!run) {
    throw new Deno.errors.NotFound(
      `Cannot send to '${name}': it does not run; 'tsm start ${name}' starts it`,
    );
  }
  if (spec.stdin === "open") return;
  throw new Deno.errors.InvalidData(
    `Cannot send to '${name}': it has no standard input; start it with '--stdin open'`,
  );
}
