/**
 * Starts the program of one process straight onto its log files.
 *
 * @module
 */
import type { ProcessPaths } from "../../root.ts";
import type { Environment } from "../../program/environment.ts";
import { hasLimits, type Limits } from "../../process/limits.ts";
import { openLogFiles } from "./log_files.ts";
import { withFormerLimit } from "../../process/linux/open_file_limit.ts";
import { openStdin } from "./open_stdin.ts";
import { sendSignal } from "../../process/signals.ts";
import { setUpByShell } from "./set_up_by_shell.ts";
import {
  type Output,
  type Program,
  spawnInSession,
  type StandardFiles,
} from "./spawn_in_session.ts";
import type { UserAccount } from "../../process/linux/user_account.ts";

/** What to execute, and where. */
export interface LaunchPlan {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Environment;
  readonly paths: ProcessPaths;
  readonly user?: UserAccount | undefined;
  readonly limits?: Limits;
  /** The fifo that becomes its standard input; by default that is `/dev/null`. */
  readonly stdin?: string | undefined;
}

/** How a process ended: one of the two is set. */
export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
}

/** A process whose program has been started. */
export interface LaunchedProcess {
  readonly pid: number;
  readonly exited: Promise<Exit>;
}

/**
 * Starts `plan` in a session of its own, its stdout and stderr on its own log files. Its
 * program runs when this returns: note its pid before anything else is waited for.
 *
 * @throws {Deno.errors.InvalidData} if a log file is not a plain file.
 * @throws whatever the system says when no process can be made.
 *
 * @example
 * ```ts
 * import { launch } from "./launch.ts";
 *
 * const process = launch({ argv: ["sleep", "9"], cwd: "/", env: {}, paths });
 * console.log(process.pid, await process.exited);
 * ```
 */
export function launch(plan: LaunchPlan): LaunchedProcess {
  using logs = openLogFiles(plan.paths, plan.user);
  return spawnAs(plan, plan.paths.envHandover, logs);
}

/** Ends what {@linkcode launch} has just started, and cannot be noted. */
export function abandon({ pid }: LaunchedProcess): void {
  sendSignal(pid, "SIGKILL");
  // What it may have started already is of its process group.
  sendSignal(-pid, "SIGKILL");
}

/** What Deno tells of the end of a process, as tsm does. */
// By itself: made inside launch(), it would keep all of that, the environment too, for as
// long as the process runs.
export function toExit({ code, signal }: Deno.CommandStatus): Exit {
  return signal ? { code: null, signal } : { code, signal: null };
}

/**
 * Starts a program as the user it is meant for, and within its limits.
 *
 * @param handover See {@linkcode setUpByShell}.
 */
export function spawnAs(
  { argv, cwd, env, user, limits, stdin: fifo }: Omit<LaunchPlan, "paths">,
  handover: string,
  output: Output,
): LaunchedProcess {
  const program = { argv: argv as Program["argv"], cwd, env };
  if (!user && !(limits && hasLimits(limits))) {
    using stdin = fifo === undefined ? undefined : openStdin(fifo);
    return asLaunched(start(program, stdin ? { ...output, stdin } : output));
  }
  using setUp = setUpByShell(program, { user, limits, fifo }, handover);
  return asLaunched(start(setUp.program, { ...output, stdin: setUp.stdin }));
}

function start(program: Program, files: StandardFiles): Deno.ChildProcess {
  const argv = [...withFormerLimit(), ...program.argv] as unknown as Program["argv"];
  return spawnInSession({ ...program, argv }, files);
}

// By itself: within spawnAs(), the promise would keep the plan, with its environment, for as
// long as the process runs.
function asLaunched(child: Deno.ChildProcess): LaunchedProcess {
  return { pid: child.pid, exited: child.status.then(toExit) };
}
