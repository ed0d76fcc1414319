import type { Health } from "../connection/answers.ts";

/** What it takes to know of a process to tell how it is doing. */
export interface Doing {
  readonly status: string;
  readonly crash_loop?: true;
  readonly health?: Health | null;
}

/** How much a state asks for attention. */
export type Mood = "good" | "calm" | "busy" | "bad";

const MOODS: Readonly<Record<string, Mood>> = {
  online: "good",
  scheduled: "calm",
  stopped: "calm",
  launching: "busy",
  stopping: "busy",
  waiting: "busy",
  errored: "bad",
  dead: "bad",
};

/** How much attention a process asks for. */
export function moodOf({ status, crash_loop, health }: Doing): Mood {
  if (crash_loop || health?.status === "unhealthy") return "bad";
  return MOODS[status] ?? "calm";
}

/** The state of a process in words: what is wrong with it, where something is. */
export function stateOf({ status, crash_loop, health }: Doing): string {
  if (crash_loop) return "crash loop";
  return health?.status === "unhealthy" ? "unhealthy" : status;
}

/** The state of a process, coloured; the words alone say it too. */
export function StatusBadge({ of }: { readonly of: Doing }) {
  return <span class={`badge ${moodOf(of)}`}>{stateOf(of)}</span>;
}
