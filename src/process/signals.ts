/**
 * Sends a signal to a process that may just have ended.
 *
 * @returns whether it was there to be signalled.
 * @throws {Deno.errors.PermissionDenied} if it belongs to another user.
 */
export function sendSignal(pid: number, signal: Deno.Signal): boolean {
  try {
    Deno.kill(pid, signal);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/**
 * What the system says of a pid that is asked about by signal 0: it is a process we may signal,
 * one of another user, none at all; `unknown` where Deno itself forbids to ask.
 */
export type PidOwner = "ours" | "foreign" | "nobody" | "unknown";

/** Asks whose process has this pid, by signal 0, which does nothing; a zombie counts. */
export function pidOwner(pid: number): PidOwner {
  try {
    // Deno's types do not list signal 0, which kill(2) has for this question.
    Deno.kill(pid, 0 as unknown as Deno.Signal);
    return "ours";
  } catch (error) {
    if (error instanceof Deno.errors.PermissionDenied) return "foreign";
    return error instanceof Deno.errors.NotCapable ? "unknown" : "nobody";
  }
}

/**
 * Tells whether there is a process of this pid, a zombie included; one that we are not
 * permitted to ask about counts as there.
 */
export function pidExists(pid: number): boolean {
  return pidOwner(pid) !== "nobody";
}
