import type { Failure } from "../api/failure.ts";
import { messageOf } from "../errors.ts";

/**
 * Runs an action for one of many processes. A failure is added to `failed` and does not stop the
 * others.
 *
 * @param failed Where it is noted.
 * @param name Whose failure it is.
 *
 * @example
 * ```ts
 * import { noteFailure } from "./note_failure.ts";
 *
 * const failed: Failure[] = [];
 * for (const process of processes) {
 *   await noteFailure(failed, process.meta.name, () => process.reset());
 * }
 * ```
 */
export async function noteFailure(
  failed: Failure[],
  name: string,
  action: () => Promise<void>,
): Promise<void> {
  try {
    await action();
  } catch (error) {
    failed.push({ name, reason: messageOf(error) });
  }
}
