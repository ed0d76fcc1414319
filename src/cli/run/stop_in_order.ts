import { stopMessage } from "../../api/messages/stop.ts";
import { isRealDirectory } from "../../files/path_info.ts";
import { exactly } from "../../meta/select.ts";
import { processPaths } from "../../root.ts";
import { ask } from "../connection/connection.ts";
import type { Context } from "../context.ts";
import { exitCodeIfEnded } from "./outcome.ts";

/**
 * Stops those of the processes that run or are about to, the last one first.
 *
 * @param why Stands before what is stopped: a signal, or whose end it was.
 */
export async function stopInOrder(
  context: Context,
  names: readonly string[],
  why: string,
): Promise<void> {
  const { root, quiet } = context;
  const running = names.filter((name) => exitCodeIfEnded(root, name) === undefined);
  if (running.length === 0) return;
  if (!quiet) context.warn(`tsm: ${why}: stopping ${running.join(", ")}`);
  for (const name of running.reverse()) await stopIfListed(context, name, true);
}

/** Ends those of the processes that still run by SIGKILL, all at once; a stop waits no longer. */
export async function killAll(
  context: Context,
  names: readonly string[],
  why: string,
): Promise<void> {
  const running = names.filter((name) => exitCodeIfEnded(context.root, name) === undefined);
  if (running.length === 0) return;
  if (!context.quiet) context.warn(`tsm: ${why}: killing ${running.join(", ")}`);
  await Promise.all(running.map((name) => stopIfListed(context, name, true, true)));
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

async function stopIfListed(
  context: Context,
  name: string,
  keep: boolean,
  kill = false,
): Promise<void> {
  try {
    const { failed } = await ask(context, stopMessage, {
      selectors: [exactly(name)],
      keep,
      kill,
    });
    for (const { reason } of failed) context.warn(`tsm: Cannot stop '${name}': ${reason}`);
  } catch (error) {
    // Somebody has removed it meanwhile.
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
