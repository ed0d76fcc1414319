/**
 * The runtime root: the one place where paths below it are put together, and
 * where names that become file names are checked.
 *
 * @module
 */
import { basename, dirname, resolve } from "@std/path/posix";

/** The paths of one process's directory. */
export interface ProcessPaths {
  readonly dir: string;
  readonly meta: string;
  readonly spec: string;
  readonly env: string;
  /** Holds the environment of a program while it is handed to it; see `process/set_up_by_shell.ts`. */
  readonly envHandover: string;
  /**
   * The fifo that is its standard input, where that is open. It is not in its directory:
   * whoever reads all files there would wait for it.
   */
  readonly stdin: string;
  readonly out: string;
  readonly err: string;
  /** What keeps its logs from being rotated; there only if something does. */
  readonly logProblems: string;
  /** The pid file, `runtime/pids/NAME.pid`. */
  readonly pid: string;
  /** The link to the pid file, inside the directory. */
  readonly pidLink: string;
}

/** Every path tsm uses, below one base directory. */
export interface RuntimeRoot {
  readonly base: string;
  readonly runtime: string;
  readonly supervisorJson: string;
  /** The `supervisor.json` of an earlier supervisor: room for the next one's on a full disk. */
  readonly supervisorSpare: string;
  readonly supervisorLock: string;
  readonly supervisorLog: string;
  readonly bootJson: string;
  readonly settingsJson: string;
  /** What opens every question of the API, and no action. */
  readonly readToken: string;
  /** What commands for events are still to be told. */
  readonly noticesJson: string;
  /** Where a command for an event finds it while it runs, with a number behind it. */
  readonly noticeInput: string;
  /** Holds the environment of such a command while it is handed to it. */
  readonly noticeHandover: string;
  /** What opens `GET /metrics`. */
  readonly metricsToken: string;
  readonly baseEnv: string;
  /** The ids of removed processes, which are not given again yet. */
  readonly releasedIdsJson: string;
  /** What node runs before a program whose settings need that; see `launch/node_preload.ts`. */
  readonly nodePreload: string;
  readonly savedJson: string;
  /** The list that was saved before the one in `savedJson`. */
  readonly savedBeforeJson: string;
  /** The lists before that one, the latest first. */
  readonly savedEarlierJson: readonly string[];
  readonly quarantine: string;
  readonly pids: string;
  /** The sockets on which processes say that they are ready. */
  readonly notify: string;
  readonly processes: string;
  /** Where the old tsm kept all logs. */
  readonly oldLogs: string;
  readonly events: string;
  readonly metrics: string;
  readonly history: string;
}

/** What a name must look like, for messages. */
export const NAME_RULE =
  "a name is 1 to 64 letters, digits, '.', '_' or '-', begins with a letter or digit, " +
  "is not all digits and not 'all'";

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const DIGITS = /^[0-9]+$/;

/** Tells whether `name` can name a process. */
export function isValidName(name: string): boolean {
  return NAME.test(name) && !DIGITS.test(name) && name !== "all";
}

/**
 * Checks that `name` can name a process.
 *
 * @throws {Deno.errors.InvalidData} with the rule, if it cannot.
 */
export function checkName(name: string): void {
  if (!isValidName(name)) {
    throw new Deno.errors.InvalidData(`Cannot use ${JSON.stringify(name)} as a name: ${NAME_RULE}`);
  }
}

/**
 * Puts the paths below `base` together; touches no file.
 *
 * @param base The root: absolute for a client, `.` for the supervisor, whose
 * write permission is for its working directory.
 *
 * @example
 * ```ts
 * import { runtimeRoot } from "./root.ts";
 *
 * console.log(runtimeRoot("/srv/tsm").processes); // /srv/tsm/runtime/processes
 * ```
 */
export function runtimeRoot(base: string): RuntimeRoot {
  // Template strings instead of `join`, which for a thousand processes would cost `tsm ls` 10 ms.
  const prefix = base === "." ? "" : `${base}/`;
  const runtime = `${prefix}runtime`;
  return {
    base,
    runtime,
    supervisorJson: `${runtime}/supervisor.json`,
    supervisorSpare: `${runtime}/supervisor.spare`,
    supervisorLock: `${runtime}/supervisor.lock`,
    supervisorLog: `${runtime}/supervisor.log`,
    bootJson: `${runtime}/boot.json`,
    settingsJson: `${runtime}/settings.json`,
    noticesJson: `${runtime}/notices.json`,
    noticeInput: `${runtime}/notice.input`,
    noticeHandover: `${runtime}/notice.handover`,
    readToken: `${runtime}/read.token`,
    metricsToken: `${runtime}/metrics.token`,
    baseEnv: `${runtime}/base.env`,
    releasedIdsJson: `${runtime}/released-ids.json`,
    nodePreload: `${runtime}/preload.cjs`,
    savedJson: `${runtime}/saved.json`,
    savedBeforeJson: `${runtime}/saved.1.json`,
    savedEarlierJson: [`${runtime}/saved.2.json`, `${runtime}/saved.3.json`],
    quarantine: `${runtime}/quarantine`,
    pids: `${runtime}/pids`,
    notify: `${runtime}/notify`,
    processes: `${runtime}/processes`,
    oldLogs: `${runtime}/logs`,
    events: `${prefix}db/events`,
    metrics: `${prefix}db/metrics`,
    history: `${prefix}db/history`,
  };
}

/**
 * The paths of the process `name`.
 *
 * @throws {Deno.errors.InvalidData} if `name` is no valid name.
 */
export function processPaths(root: RuntimeRoot, name: string): ProcessPaths {
  const meta = metaPath(root, name);
  const dir = `${root.processes}/${name}`;
  return {
    dir,
    meta,
    spec: `${dir}/spec.json`,
    env: `${dir}/env`,
    envHandover: `${dir}/env.handover`,
    stdin: `${root.runtime}/stdin/${name}`,
    out: `${dir}/current.out`,
    err: `${dir}/current.err`,
    logProblems: `${dir}/log-problems.json`,
    pid: `${root.pids}/${name}.pid`,
    pidLink: `${dir}/${name}.pid`,
  };
}

/**
 * The socket on which the process with this `tsm_id` says that it is ready. By its id, since the
 * kernel takes a path of 107 bytes at the most, and a name alone may have 64.
 */
export function notifySocketPath(root: RuntimeRoot, id: number): string {
  return `${root.notify}/${id}`;
}

/** The socket on which the same process, one of node's, says so by `process.send`. */
export function messageSocketPath(root: RuntimeRoot, id: number): string {
  return `${root.notify}/${id}.send`;
}

/**
 * The `meta.json` of the process `name`, as in {@linkcode processPaths}: what lists all needs
 * no more.
 *
 * @throws {Deno.errors.InvalidData} if `name` is no valid name.
 */
export function metaPath(root: RuntimeRoot, name: string): string {
  checkName(name);
  return `${root.processes}/${name}/meta.json`;
}

/** Where a supervisor has the links to pid files made; each has a directory of its own. */
export function linkStagingPath(root: RuntimeRoot): string {
  return `${root.processes}/.links.${Deno.pid}`;
}

/**
 * The history file of the process `name`.
 *
 * @throws {Deno.errors.InvalidData} if `name` is no valid name.
 */
export function historyPath(root: RuntimeRoot, name: string): string {
  checkName(name);
  return `${root.history}/${name}.jsonl`;
}

/** The file of `directory` (`root.events` or `root.metrics`) for the UTC day of `date`. */
export function dayPath(directory: string, date: Date): string {
  return `${directory}/${date.toISOString().slice(0, 10)}.jsonl`;
}

/**
 * Finds the root: `flag` (`--root`), else `TSM_ROOT`, else `~/.tsm`.
 *
 * @returns an absolute path, which need not exist.
 * @throws {Deno.errors.InvalidData} if there is none of the three, or it is where Deno
 * opens no file.
 */
export function findRoot(
  flag: string | undefined,
  env: { readonly TSM_ROOT?: string | undefined; readonly HOME?: string | undefined },
): string {
  const named = flag ?? (env.TSM_ROOT || undefined);
  if (named === "") {
    throw new Deno.errors.InvalidData("Cannot use '' as the root: --root needs a directory");
  }
  if (named !== undefined) {
    const root = absolute(named);
    // Below them Deno opens only what a program with all permissions asks for.
    if (!/^\/(dev|proc|sys)(\/|$)/.test(root)) return root;
    throw new Deno.errors.InvalidData(
      `Cannot use '${root}' as the root: Deno opens no files below /dev, /proc and /sys; ` +
        "take another directory, as in --root /run/tsm",
    );
  }
  if (env.HOME) return absolute(`${env.HOME}/.tsm`);
  throw new Deno.errors.InvalidData(
    "Cannot find the root: neither --root, nor TSM_ROOT, nor HOME is set; pass --root DIR",
  );
}

/**
 * Does what `resolve` does, half a millisecond faster for a path that is absolute and plain
 * already.
 */
function absolute(path: string): string {
  return /^(?:\/(?!\.\.?(?:\/|$))[^/]+)+$/.test(path) ? path : resolve(path);
}

/**
 * Refuses a directory that is a symlink or no directory: Deno would follow it
 * out of the root without a word.
 *
 * @returns whether there is one.
 * @throws {Deno.errors.InvalidData} if it is one; a missing one is fine.
 */
export function checkRealDirectory(path: string): boolean {
  let info: Deno.FileInfo;
  try {
    info = Deno.lstatSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
  if (info.isDirectory) return true;
  const what = info.isSymlink ? "a symbolic link" : "not a directory";
  throw new Deno.errors.InvalidData(
    `Cannot use '${path}': it is ${what}, and tsm writes only to directories of its own; move it away`,
  );
}

/** Makes the directories of the root that are missing, each refused where it is a symlink. */
export function ensureRoot(root: RuntimeRoot): void {
  for (
    const dir of [
      root.runtime,
      root.pids,
      root.processes,
      `${root.base}/db`,
      root.events,
      root.metrics,
      root.history,
    ]
  ) {
    if (!checkRealDirectory(dir)) Deno.mkdirSync(dir, { recursive: true, mode: 0o700 });
  }
}

/** One log: the file that is being written, and where its companions lie. */
export interface LogPaths {
  readonly dir: string;
  /** The file that is being written: `current.out`, `current.err` or `supervisor.log`. */
  readonly current: string;
  /** Its time index. */
  readonly index: string;
  /** The copy a rotation is making. */
  readonly part: string;
  /** The note of a rotation under way. */
  readonly note: string;
  /** What the names of its rotated files begin with: nothing, or `supervisor-`. */
  readonly prefix: string;
  /** What they end with, without the dot: `out`, `err` or `log`. */
  readonly extension: string;
}

/** The paths around the log `current`. */
export function logPaths(current: string): LogPaths {
  const [stem = "", extension = ""] = basename(current).split(".");
  return {
    dir: dirname(current),
    current,
    index: `${current}.idx`,
    part: `${current}.part`,
    note: `${current}.rotation`,
    prefix: stem === "current" ? "" : `${stem}-`,
    extension,
  };
}
