/**
 * Starts one process, so that none ever runs that no file knows of.
 *
 * @module
 */
import { isThere } from "../files/path_info.ts";
import type { ProcessPaths } from "../root.ts";
import type { Environment } from "./environment.ts";
import {
  limitArguments,
  limitRefusal,
  type Limits,
  SET_LIMITS,
  SET_LIMITS_AFTER_LOGS,
  TAKE_LIMITS,
} from "./limits.ts";
import { parseRecord } from "./process_table.ts";
import { readByShell } from "./run_shell.ts";
import { type UserAccount, userPrefix } from "./user.ts";

/** What to execute, and where. */
export interface LaunchPlan {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Environment;
  readonly paths: ProcessPaths;
  readonly user?: UserAccount | undefined;
  readonly limits?: Limits;
}

/** How a process ended: one of the two is set. */
export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
}

/** A process at the gate: it exists, but runs nothing yet. */
export interface GatedProcess {
  readonly pid: number;
  /** Its `start` in the process table. */
  readonly start: number;
  readonly exited: Promise<Exit>;
  /**
   * Lets it execute its program.
   *
   * @returns a promise that resolves when it has opened its logs and is about to.
   */
  go(): Promise<void>;
  /** Ends it without having run anything. */
  abandon(): void;
}

// Deno.Command takes no file handle for stdout, so a shell opens the files and
// becomes the program: the pid stays. It first tells who it is and waits: if the
// supervisor dies before it has noted that, `read` meets the end of the pipe.
// The logs are opened before the user is changed, and before leaving the root. A limit
// that is refused is named instead of the record, and so is a log that is no plain file: to
// ask for what is missing costs Deno an error with its stack, more than anything else here.
const GATE = `
${TAKE_LIMITS}
dir=$1 link=$2 cwd=$3
shift 3
for log in out err; do
  [ ! -L "$dir/current.$log" ] && { [ -f "$dir/current.$log" ] || [ ! -e "$dir/current.$log" ]; } ||
    { echo "!$log"; exit 125; }
done
${SET_LIMITS}
IFS= read -r stat </proc/$$/stat && printf '%s\\n' "$stat" && read -r go || exit 125
[ -L "$dir/$link" ] || command -p ln -s "../../pids/$link" "$dir/$link"
exec >>"$dir/current.out" 2>>"$dir/current.err" </dev/null
${SET_LIMITS_AFTER_LOGS}
cd -- "$cwd" || exit 125
unset OLDPWD
exec "$@"
`;

/** As long as a line of `/proc/PID/stat` usually is, at the most. */
const LINE_BYTES = 512;

/** The path of `setsid`; empty where there is none, unset until it is looked for. */
let setsid: string | undefined;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Starts `plan` in a session of its own, its stdout and stderr on its own log
 * files, and stops it at the gate.
 *
 * @throws {Deno.errors.InvalidData} if a log file is not a plain file.
 * @throws {Deno.errors.PermissionDenied} if the system refuses one of its limits.
 * @throws whatever the system says when no process can be made.
 *
 * @example
 * ```ts
 * import { launch } from "./launch.ts";
 *
 * const process = await launch({ argv: ["sleep", "9"], cwd: "/", env: {}, paths });
 * // Note process.pid somewhere first, then:
 * await process.go();
 * ```
 */
export async function launch(plan: LaunchPlan): Promise<GatedProcess> {
  const { env, prefix } = splitEnvironment(plan.env);
  const link = plan.paths.pidLink.slice(plan.paths.dir.length + 1);
  const [program, ...before] = sessionLeader();
  const child = new Deno.Command(program, {
    args: [
      ...before,
      "-c",
      GATE,
      "sh",
      ...limitArguments(plan.limits),
      plan.paths.dir,
      link,
      plan.cwd,
      ...userPrefix(plan.user),
      ...prefix,
      ...plan.argv,
    ],
    env,
    clearEnv: true,
    detached: before.length === 0,
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const exited = child.status.then(toExit);
  const stdin = child.stdin.getWriter();
  // A default reader would hold 64 KiB for each process as long as that runs.
  const stdout = child.stdout.getReader({ mode: "byob" });
  const record = await readLine(stdout);
  if (record === undefined) {
    await stdin.close().catch(() => {});
    const { code, signal } = await exited;
    throw new Error(`/bin/sh ended (${signal ?? code}) before it could run anything`);
  }
  if (record.startsWith("!")) {
    await stdin.close().catch(() => {});
    await stdout.cancel();
    await exited;
    throw refusal(record.slice(1), plan);
  }
  return {
    pid: child.pid,
    start: parseRecord(record).start,
    exited,
    async go() {
      // Where the shell has been killed meanwhile, `exited` tells.
      await stdin.write(encoder.encode("go\n")).then(() => stdin.close()).catch(() => {});
      // The pipe ends where the shell puts its log files in its place.
      while (!(await stdout.read(new Uint8Array(LINE_BYTES))).done);
    },
    abandon() {
      stdin.close().catch(() => {});
      stdout.cancel().catch(() => {});
    },
  };
}

/**
 * Tells whether a process is still at the gate: let through or not, it has not executed its
 * program yet.
 */
export async function isAtGate(pid: number): Promise<boolean> {
  return (await readByShell('exec cat "/proc/$1/cmdline"', String(pid))).includes(GATE);
}

/** What Deno tells of the end of a process, as tsm does. */
// By itself: made inside launch(), it would keep all of that, the environment too, for as
// long as the process runs.
export function toExit({ code, signal }: Deno.CommandStatus): Exit {
  return signal ? { code: null, signal } : { code, signal: null };
}

/** @param which The limit that was refused, or the log that is no plain file. */
function refusal(which: string, { limits, paths }: LaunchPlan): Error {
  if (which === "out" || which === "err") return noPlainFile(paths[which]);
  return limitRefusal(which, limits) ?? new Error(`the shell refuses it its ${which}`);
}

/**
 * What begins a session and runs a shell in it. `setsid` keeps the pid, as no process
 * leads a group that was just made; where it is missing, Deno makes the session.
 */
function sessionLeader(): readonly [string, ...string[]] {
  // With `detached` Deno forks, which copies the page tables of all its memory, and pays
  // for each page it writes to afterwards: 2 ms in all, against 0.3 for posix_spawn.
  setsid ??= ["/usr/bin/setsid", "/bin/setsid"].find(isThere) ?? "";
  return setsid === "" ? ["/bin/sh"] : [setsid, "/bin/sh"];
}

/**
 * Refuses a log file that is a directory, a link or a fifo: the process would
 * write elsewhere, or hang.
 *
 * @throws {Deno.errors.InvalidData} if it is one; a missing one is fine.
 */
export function checkLogFile(path: string): void {
  let info: Deno.FileInfo;
  try {
    info = Deno.lstatSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw error;
  }
  if (!info.isFile) throw noPlainFile(path);
}

function noPlainFile(path: string): Error {
  return new Deno.errors.InvalidData(`its log '${path}' is no plain file; move it away`);
}

/** `dash` drops variables whose names are no identifiers: `env` hands those over. */
function splitEnvironment(all: Environment): { env: Environment; prefix: readonly string[] } {
  const env: Record<string, string> = {};
  const odd: string[] = [];
  for (const [name, value] of Object.entries(all)) {
    if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) env[name] = value;
    else if (name !== "" && !/[=\0]/.test(name)) odd.push(`${name}=${value}`);
  }
  return { env, prefix: odd.length > 0 ? ["/usr/bin/env", "--", ...odd] : [] };
}

async function readLine(reader: ReadableStreamBYOBReader): Promise<string | undefined> {
  let text = "";
  while (!text.includes("\n")) {
    const { value, done } = await reader.read(new Uint8Array(LINE_BYTES));
    if (done) return undefined;
    text += decoder.decode(value);
  }
  return text.slice(0, text.indexOf("\n"));
}
