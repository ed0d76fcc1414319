/**
 * Makes a read that is shared: calls made while one is under way share the next one. A hundred
 * calls at once cost two reads, and none gets a result of a read that began before its call.
 *
 * @example
 * ```ts
 * import { runShell } from "../process/run_shell.ts";
 * import { sharedRead } from "./shared_read.ts";
 *
 * const readLoad = sharedRead(() => runShell("cat /proc/loadavg"));
 * await Promise.all([readLoad(), readLoad(), readLoad()]); // reads twice
 * ```
 */
export function sharedRead<T>(read: () => Promise<T>): () => Promise<T> {
  let reading: Promise<T> | undefined;
  let next: Promise<T> | undefined;
  const begin = (): Promise<T> => {
    if (reading === undefined) {
      reading = read().finally(() => {
        reading = undefined;
      });
      return reading;
    }
    next ??= reading.then(() => {}, () => {}).then(() => {
      next = undefined;
      return begin();
    });
    return next;
  };
  return begin;
}
