import type { DetailedEvent, EventDetail } from "../../db/record_events.ts";
import type { EventName } from "../../event_table.ts";
import type { RuntimeRoot } from "../../root.ts";
import type { Exit } from "../launch/launch.ts";
import type { Run } from "../launch/run.ts";
import type { TreeTerminatorHost } from "./tree_terminator.ts";

/** What the life of a process needs of its supervisor. */
export interface LifecycleHost extends TreeTerminatorHost {
  readonly root: RuntimeRoot;
  record(event: EventName, name: string, detail: EventDetail): void;
  /**
   * Records what happened at one moment.
   *
   * @param at When, in milliseconds since the epoch; now, where it is not told.
   */
  recordAll(events: readonly DetailedEvent[], name: string, at?: number): void;
}

/** Who is told of the turns in the life of a process. */
export interface LifecycleObserver {
  /** It is about to be launched. */
  launching(event: "start" | "restart"): Promise<void>;
  /** Its program has ended, whoever ended it. */
  exited(run: Run, exit: Exit): void;
  /** Its program does not give the sign of life that it owes. */
  silent(run: Run, reason: string): void;
  /** Its directory is gone. */
  removed(): void;
}
