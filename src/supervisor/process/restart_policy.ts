import { unhandled } from "../../errors.ts";
import { isCompletion } from "../../meta/completion.ts";
import type { Spec } from "../../meta/spec.ts";
import type { Exit } from "../launch/launch.ts";

/** What to do with a process that has ended by itself. */
export type Decision =
  | { readonly kind: "restart"; readonly delay: number; readonly unstable: number }
  | { readonly kind: "stop"; readonly by: "completion" | "policy" }
  | { readonly kind: "schedule" }
  | { readonly kind: "give-up"; readonly unstable: number };

/** What the decision is made from. */
export interface ExitFacts {
  /** Both `null` if nobody saw it. */
  readonly exit: Exit;
  /** Milliseconds it had run. */
  readonly uptime: number;
  /** Unstable restarts in a row so far. */
  readonly unstable: number;
  /** The back-off before this exit, in milliseconds; 0: none yet. */
  readonly lastBackoff: number;
}

/** The longest pause of the exponential back-off, in milliseconds. */
export const MAX_BACKOFF = 15_000;
/** Milliseconds of uptime after which the back-off begins anew. */
export const STABLE_AFTER = 30_000;

/** Decides whether and when a process that has ended by itself runs again. */
export function decide(spec: Spec, facts: ExitFacts): Decision {
  if (spec.schedule !== null) return { kind: "schedule" };
  if (isCompletion(spec, facts.exit.code)) return { kind: "stop", by: "completion" };
  switch (spec.autorestart) {
    case "never":
      return { kind: "stop", by: "policy" };
    case "on-failure":
    case "always":
      return again(spec, facts);
    default:
      return unhandled(spec.autorestart);
  }
}

/** Whether it runs again without a pause. */
export function isAtOnce(decision: Decision): boolean {
  return decision.kind === "restart" && decision.delay === 0;
}

/** Decides when it runs again, unless it has ended too soon too often. */
function again(spec: Spec, facts: ExitFacts): Decision {
  const unstable = facts.uptime < spec.min_uptime ? facts.unstable + 1 : 0;
  if (unstable > 0 && unstable >= spec.max_restarts) return { kind: "give-up", unstable };
  return { kind: "restart", delay: backoff(spec, facts), unstable };
}

function backoff(
  spec: Spec,
  { uptime, lastBackoff }: Pick<ExitFacts, "uptime" | "lastBackoff">,
): number {
  if (spec.exp_backoff === 0) return spec.restart_delay;
  if (lastBackoff === 0 || uptime >= STABLE_AFTER) return Math.min(spec.exp_backoff, MAX_BACKOFF);
  return Math.min(Math.round(lastBackoff * 1.5), MAX_BACKOFF);
}

/**
 * The back-off, in milliseconds, at which a process stands after `unstable` unstable
 * restarts in a row: a new supervisor goes on where the last one was.
 */
export function backoffAfter(spec: Spec, unstable: number): number {
  let lastBackoff = 0;
  for (let run = 0; run < unstable && lastBackoff < MAX_BACKOFF; run++) {
    lastBackoff = backoff(spec, { uptime: 0, lastBackoff });
    if (lastBackoff === 0) return 0;
  }
  return lastBackoff;
}
