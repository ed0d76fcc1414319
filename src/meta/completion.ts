import type { Spec } from "./spec.ts";

/** What of a spec tells which exit is an end; what is not given has its default. */
type ExitSettings = {
  readonly [K in "autorestart" | "stop_exit_codes" | "schedule"]?: Spec[K] | undefined;
};

/** Whether a process with this restart policy may end with code 0 and has done its work then. */
const IS_JOB: Readonly<Record<Spec["autorestart"], boolean>> = {
  always: false,
  "on-failure": true,
  never: true,
};

/**
 * Whether a process that ended by itself with this exit code has done what it was started for:
 * it ended with code 0 and is not meant to run for good, or with one of its `stop_exit_codes`.
 *
 * @param code `null` where a signal ended it, or nobody saw how it ended.
 *
 * @example
 * ```ts
 * import { isCompletion } from "./completion.ts";
 *
 * isCompletion({ autorestart: "on-failure" }, 0); // true
 * isCompletion({}, 0); // false: it is to run always
 * ```
 */
export function isCompletion(
  { autorestart = "always", stop_exit_codes = [], schedule = null }: ExitSettings,
  code: number | null,
): boolean {
  if (code === null) return false;
  const isJob = schedule !== null || IS_JOB[autorestart];
  return code === 0 && isJob || stop_exit_codes.includes(code);
}
