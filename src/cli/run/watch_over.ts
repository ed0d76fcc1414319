import { pingMessage } from "../../api/messages/ping.ts";
import { isSupervisorAlive } from "../../api/supervisor_lock.ts";
import { messageOf } from "../../errors.ts";
import { logFingerprint } from "../../logs/log_fingerprint.ts";
import { watchDirectories } from "../../logs/watch_directories.ts";
import { ask } from "../connection/connection.ts";
import type { Context } from "../context.ts";
import { type DecisiveEnd, decisiveEnd, type ExitRule } from "./exit_rule.ts";
import type { LogRelay } from "./log_relay.ts";
import { exitCodeIfEnded, joinExitCodes } from "./outcome.ts";

/** Milliseconds between two looks whether the supervisor lives. */
const LOOK_EVERY = 1000;

/**
 * Prints the logs of these processes until all of them have ended.
 *
 * @param options.stopOthers Called once, after an end that by the rule ends all.
 * @returns the exit code: that of the decisive end, else one for all.
 */
export async function watchOver(context: Context, names: readonly string[], options: {
  readonly relay: LogRelay;
  readonly rule: ExitRule;
  readonly stopOthers: (end: DecisiveEnd) => void;
}): Promise<number> {
  const { root } = context;
  const { relay, rule } = options;
  const timer = keepSupervisor(context);
  let decisive: DecisiveEnd | undefined;
  try {
    const look = (name: string) => logFingerprint(root, name);
    for await (const _ of watchDirectories(root.processes, () => names, look)) {
      const codes = new Map(names.flatMap((name) => {
        const code = exitCodeIfEnded(root, name);
        return code === undefined ? [] : [[name, code] as const];
      }));
      // Printed after they have ended: all they wrote is in their logs by now.
      await relay.print();
      if (codes.size < names.length) {
        if (decisive !== undefined) continue;
        decisive = decisiveEnd(rule, codes);
        if (decisive !== undefined) options.stopOthers(decisive);
        continue;
      }
      await relay.end();
      return (decisive ?? decisiveEnd(rule, codes))?.code ?? joinExitCodes([...codes.values()]);
    }
    throw new Error("the watch of the processes has ended");
  } finally {
    clearInterval(timer);
  }
}

/**
 * Starts another supervisor when the present one was killed: without one nobody records that the
 * processes end, and this command would wait for ever.
 */
function keepSupervisor(context: Context): number {
  let isAsking = false;
  return setInterval(async () => {
    if (isAsking || isSupervisorAlive(context.root)) return;
    isAsking = true;
    try {
      await ask(context, pingMessage, {});
    } catch (error) {
      context.warn(`tsm: ${messageOf(error)}`);
    } finally {
      isAsking = false;
    }
  }, LOOK_EVERY);
}
