import { stopMessage } from "../../api/messages/stop.ts";
import { isRealDirectory } from "../../files/path_info.ts";
import { processPaths } from "../../root.ts";
import { ask } from "../connection/connection.ts";
import type { Context } from "../context.ts";
import { exitCodeIfEnded } from "./outcome.ts";

/** Stops those of the processes that run or are about to, the last one first. */
export async function stopInOrder(
  context: Context,
  names: readonly string[],
  signal: Deno.Signal,
): Promise<void> {
  const { root, quiet } = context;
  const running = names.filter((name) => exitCodeIfEnded(root, name) === undefined);
  if (running.length === 0) return;
  if (!quiet) context.warn(`tsm: ${signal}: stopping ${running.join(", ")}`);
  for (const name of running.reverse()) await stopIfListed(context, name, true);
}

/** Removes those of the processes that are still listed. */
export async function removeAll(context: Context, names: readonly string[]): Promise<void> {
  for (const name of names) {
    // Only a name that is listed: another may select other processes, as a prefix or namespace.
    if (isRealDirectory(processPaths(context.root, name).dir)) {
      await stopIfListed(context, name, false);
    }
  }
}

async function stopIfListed(context: Context, name: string, keep: boolean): Promise<void> {
  try {
    const { failed } = await ask(context, stopMessage, { selectors: [name], keep });
    for (const { reason } of failed) context.warn(`tsm: Cannot stop '${name}': ${reason}`);
  } catch (error) {
    // Somebody has removed it meanwhile.
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
