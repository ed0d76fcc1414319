import type { EventName } from "../../event_table.ts";
import { unhandled } from "../../errors.ts";
import type { Meta } from "../../meta/metadata.ts";
import { staysStopped } from "../../meta/stopper.ts";

/** What finds a run not to be as it should be, and restarts that run and no other. */
export type RunTriggerKind = "health" | "memory" | "watchdog";

/** What restarts a process besides its own end and a request. */
export type TriggerKind = RunTriggerKind | "schedule" | "files";

/** What is recorded where a trigger finds fault with a run. */
export const TRIGGER_EVENTS: Readonly<Record<RunTriggerKind, EventName>> = {
  health: "unhealthy",
  memory: "memory",
  watchdog: "watchdog",
};

/**
 * Whether a trigger restarts a process in this state; whether its run is still the one a health
 * check, the memory limit or the watchdog has found fault with, the caller has to see to.
 */
export function mayRestart(
  trigger: TriggerKind,
  { status, pid, stopped_by }: Pick<Meta, "status" | "pid" | "stopped_by">,
): boolean {
  switch (trigger) {
    case "health":
    case "memory":
    case "watchdog":
      return true;
    case "schedule":
      // A process that has failed for good would fail again at each time of its schedule.
      return status !== "errored" && !staysStopped(stopped_by);
    case "files":
      // A process whose program is yet to be started begins with the changed files anyway, and a
      // job waits for its time.
      if (status === "scheduled") return false;
      return (status !== "launching" || pid !== null) && !staysStopped(stopped_by);
    default:
      return unhandled(trigger);
  }
}
