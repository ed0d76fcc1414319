import { messageOf } from "../errors.ts";
import type { Environment } from "./environment.ts";
import { type Exit, toExit } from "./launch.ts";
import { sendSignal } from "./signals.ts";
import { type UserAccount, userPrefix } from "./user.ts";

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
  /** The files its output is appended to. */
  readonly output: { readonly out: string; readonly err: string };
}

// The files are opened before the user is changed, and before leaving the root.
const SCRIPT = `
cwd=$1 out=$2 err=$3
shift 3
exec >>"$out" 2>>"$err" </dev/null
cd -- "$cwd" || exit 125
exec "$@"
`;

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
  const { line, cwd, env, user, timeout, output } = plan;
  const program = [...userPrefix(user), "/bin/sh", "-c", line];
  const child = new Deno.Command("/bin/sh", {
    args: ["-c", SCRIPT, "sh", cwd, output.out, output.err, ...program],
    env,
    clearEnv: true,
    detached: true,
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
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
  const status = await Promise.race([child.status, refused.promise])
    .finally(() => abort.removeEventListener("abort", kill));
  if (plan.abort?.aborted) throw new Deno.errors.Interrupted("was interrupted");
  if (abort.aborted) throw new Deno.errors.TimedOut(overdue);
  return toExit(status);
}
