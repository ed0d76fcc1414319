import type { ProcessStats } from "../../api/messages/stats.ts";

/** What is asked of a process. */
export interface Resting {
  readonly meta: { readonly name: string };
  readonly spec: { readonly max_memory: number };
  /** `undefined` where it does not run. */
  readonly run: object | undefined;
}

/** Per cent of a core: who uses less does nothing worth a closer look. */
const IDLE_CPU = 1;

/**
 * Whether the processes may be looked at seldom: none uses the machine to speak of, and none has a
 * limit of memory, which must be noticed soon.
 *
 * @param stats What they used at the last look, by name.
 */
export function isAtRest(
  processes: readonly Resting[],
  stats: Readonly<Record<string, ProcessStats>>,
): boolean {
  return processes.every(({ run, spec, meta }) =>
    !run || spec.max_memory === 0 && (stats[meta.name]?.cpu ?? 0) < IDLE_CPU
  );
}
