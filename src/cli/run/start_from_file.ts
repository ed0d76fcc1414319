import { delay } from "@std/async/delay";
import { messageOf } from "../../errors.ts";
import type { Arguments } from "../parse/arguments.ts";
import type { Context } from "../context.ts";
import { failure } from "../output/started.ts";
import { startListed } from "../start/start_file.ts";
import type { LogRelay } from "./log_relay.ts";
import { stopInOrder } from "./stop_in_order.ts";

/** What was asked to start. */
export interface Begun {
  /** In the order in which they were started. */
  readonly names: readonly string[];
  /** Whether one of them could not be started, or not as it should. */
  readonly hasFailed: boolean;
}

const LOOK_EVERY = 100;

/**
 * Starts what a file lists. That may take as long as a job does on which others depend: logs are
 * printed meanwhile, and a signal stops all.
 *
 * @param onNames Told what is to be started, before it is.
 * @param asked Returns the signal that was received, if any.
 */
export async function startFromFile(
  file: string,
  { args, context, relay, onNames, asked }: {
    readonly args: Arguments;
    readonly context: Context;
    readonly relay: LogRelay;
    readonly onNames: (names: readonly string[]) => void;
    readonly asked: () => Deno.Signal | undefined;
  },
): Promise<Begun> {
  let names: readonly string[] = [];
  let isDone = false;
  const starting = startListed(file, args, context, {
    onNames(listed) {
      names = listed;
      relay.tellEventsOf(names);
      onNames(names);
    },
  }).finally(() => isDone = true);
  const settled = starting.then(() => {}, () => {});
  const pause = () => Promise.race([settled, delay(LOOK_EVERY)]);
  /** One that ends with code 0 when it is stopped lets those start that waited for its end. */
  const stopAll = async (context: Context, signal: Deno.Signal) => {
    while (!isDone) {
      await stopInOrder(context, names, signal);
      await pause();
    }
  };
  let stopping: Promise<void> | undefined;
  let follows = false;
  while (!isDone) {
    try {
      if (names.length > 0 && !follows) {
        follows = true;
        await relay.follow(names);
      }
      await relay.print();
    } catch (error) {
      // The reader of the output is gone: say nothing more.
      await stopAll({ ...context, quiet: true }, "SIGTERM");
      await stopInOrder({ ...context, quiet: true }, names, "SIGTERM");
      throw error;
    }
    const signal = asked();
    if (signal) {
      stopping ??= stopAll(context, signal)
        .catch((error) => context.warn(`tsm: ${messageOf(error)}`));
    }
    await pause();
  }
  await stopping;
  const { failed } = await starting;
  // A process that a signal stopped during its start is no failure.
  if (asked()) return { names, hasFailed: false };
  for (const { name, reason } of failed) context.warn(failure(name, reason));
  return { names, hasFailed: failed.length > 0 };
}
