import { turnEnds } from "./turn_ends.ts";

/**
 * Makes a read that is shared: calls of one turn share a read, and so do those that are made while
 * one is under way. A hundred calls at once cost one read, and none gets a result of a read that
 * began before its call.
 *
 * @example
 * ```ts
 * import { runShell } from "../process/run_shell.ts";
 * import { sharedRead } from "./shared_read.ts";
 *
 * const readLoad = sharedRead(() => runShell("cat /proc/loadavg"));
 * await Promise.all([readLoad(), readLoad(), readLoad()]); // reads once
 * ```
 */
export function sharedRead<T>(read: () => Promise<T>): () => Promise<T> {
  let last: Promise<void> = Promise.resolve();
  /** The read that has not begun yet. */
  let next: Promise<T> | undefined;
  const begin = () => {
    next = undefined;
    return read();
  };
  return () => {
    if (next === undefined) {
      next = last.then(turnEnds).then(begin);
      // Not by catch(): that would keep what was read, a table of all processes, until the next read.
      last = next.then(() => {}, () => {});
    }
    return next;
  };
}
