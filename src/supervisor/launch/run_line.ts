import { messageOf } from "../../errors.ts";
import type { Environment } from "../../program/environment.ts";
import { type Exit, spawnAs } from "./launch.ts";
import { openLogFiles } from "./log_files.ts";
import { sendSignal } from "../../process/signals.ts";
import type { UserAccount } from "../../process/linux/user_account.ts";

/** A command line to be run beside a process, as its own. */
export interface LinePlan {
  /** What a shell runs. */
  readonly line: string;
  readonly cwd: string;
  readonly env: Environment;
  readonly user?: UserAccount | undefined;
  /** Milliseconds after which it is killed, with all it started. */
  readonly timeout: number;
  /** Kills it before that. */
  readonly abort?: AbortSignal | undefined;
  /** The files its output is appended to; nowhere where there are none. */
  readonly output?: { readonly out: string; readonly err: string } | undefined;
  /** See `set_up_by_shell.ts`. */
  readonly handover: string;
}

/**
 * Runs a command line to its end, in a session of its own.
 *
 * @returns how it ended.
 * @throws {Deno.errors.TimedOut} if it has not ended in time; it is killed then.
 * @throws {Deno.errors.Interrupted} if it was aborted.
 * @throws {Deno.errors.PermissionDenied} if it was to be killed and belongs to another user
 * by now; it runs on.
 */
export async function runLine(plan: LinePlan): Promise<Exit> {
  const { line, cwd, env, user, timeout, handover } = plan;
  using logs = plan.output ? openLogFiles(plan.output, user) : undefined;
  const program = { argv: ["/bin/sh", "-c", line], cwd, env, user };
  const child = spawnAs(program, handover, logs ?? {});
  const abort = AbortSignal.any([AbortSignal.timeout(timeout), ...plan.abort ? [plan.abort] : []]);
  const overdue = `has not ended within ${timeout / 1000} s`;
  // Its whole process group, whose number is its pid.
  const refused = Promise.withResolvers<never>();
  const kill = () => {
    try {
      sendSignal(-child.pid, "SIGKILL");
    } catch (error) {
      // It has become another user, as by sudo: it may never end.
      const why = plan.abort?.aborted ? "was interrupted" : overdue;
      refused.reject(
        new Deno.errors.PermissionDenied(
          `${why}, and cannot be killed (${messageOf(error)}); ` +
            `as root, 'kill -9 -- -${child.pid}' ends it`,
        ),
      );
    }
  };
  abort.addEventListener("abort", kill);
  if (abort.aborted) kill();
  const exit = await Promise.race([child.exited, refused.promise])
    .finally(() => abort.removeEventListener("abort", kill));
  if (plan.abort?.aborted) throw new Deno.errors.Interrupted("was interrupted");
  if (abort.aborted) throw new Deno.errors.TimedOut(overdue);
  return exit;
}
