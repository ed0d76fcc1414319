import type { HealthState } from "../api/schemas/health.ts";
import type { ProcessStats } from "../api/messages/stats.ts";
import { isSupervisorAlive } from "../api/supervisor_lock.ts";
import { type HistoryEntry, readHistory } from "../db/read_history.ts";
import { turnOf } from "../event_table.ts";
import { directoryEntries } from "../files/directory_entries.ts";
import { lstatIfThere } from "../files/path_info.ts";
import { lastError } from "../logs/last_error.ts";
import { lastLines } from "../logs/last_lines.ts";
import { linkProblems } from "../logs/log_links.ts";
import { type LogProblems, presentLogProblems } from "../logs/log_problems.ts";
import { presentIndex } from "../logs/log_times.ts";
import { offsetSince } from "../logs/time_index.ts";
import { withCrashLoop } from "../meta/crash_loop.ts";
import type { Meta } from "../meta/metadata.ts";
import { readSpec, type Spec } from "../meta/spec.ts";
import type { ShownStatus } from "../meta/status.ts";
import { isAlive } from "../process/process_table.ts";
import { readProcessesSync } from "../process/linux/read_process_table.ts";
import { SETTING_KEYS, type SettingKey, SPEC_DEFAULTS } from "../settings/table/settings_table.ts";
import { logPaths, processPaths, type RuntimeRoot } from "../root.ts";

/** A file of a process's directory. */
export interface FileEntry {
  readonly name: string;
  /** Bytes; `null` for the link. */
  readonly size: number | null;
}

/** What only the supervisor knows of a process. */
export interface Live {
  /** `undefined` where it does not run, or nobody is there to ask. */
  readonly stats: ProcessStats | undefined;
  /** `undefined` where it has no check, does not run, or nobody is there to ask. */
  readonly health: HealthState | undefined;
}

/** Everything known about one process. */
export interface Description extends Live {
  readonly meta: Omit<Meta, "status"> & { readonly status: ShownStatus };
  readonly spec: Spec | undefined;
  readonly directory: string;
  readonly files: readonly FileEntry[];
  readonly history: readonly HistoryEntry[];
  readonly lastErrors: readonly string[];
  readonly logProblems: LogProblems;
}

/** Where a process is described. */
export interface Describer {
  readonly root: RuntimeRoot;
  /** Whether a supervisor lives; found out where it is not told. */
  readonly isSupervised?: boolean;
  /** The newest entries of its history, where they have been read already; oldest first. */
  readonly history?: readonly HistoryEntry[];
  /** Told of a file that cannot be read. */
  warn(line: string): void;
}

/**
 * Gathers everything known about one process.
 *
 * @param live What only the supervisor knows.
 */
export function describeProcess(
  describer: Describer,
  meta: Meta,
  live: Live,
): Description {
  const { root } = describer;
  const paths = processPaths(root, meta.name);
  let spec: Spec | undefined;
  try {
    spec = readSpec(root, meta.name);
  } catch (error) {
    describer.warn(`tsm: spec.json of '${meta.name}': ${(error as Error).message}`);
  }
  const history = describer.history ?? readHistory(root, meta.name);
  const isDead = meta.pid !== null && !(describer.isSupervised ?? isSupervisorAlive(root)) &&
    !isAlive(readProcessesSync([meta.pid]), meta.pid, meta.pid_start);
  return {
    meta: isDead ? { ...meta, status: "dead" } : meta,
    spec,
    ...live,
    directory: paths.dir,
    files: listFiles(paths.dir),
    history: history.slice(-10),
    lastErrors: readLastError(root, meta.name, history),
    logProblems: {
      ...spec ? linkProblems(root, meta.name, spec) : {},
      ...presentLogProblems(root, meta),
    },
  };
}

/** Lines of stderr in which an error is looked for. */
const ERROR_WITHIN = 200;

/**
 * The last error on stderr since the run began that ended last; since the present one began,
 * where none has ended yet.
 */
function readLastError(
  root: RuntimeRoot,
  name: string,
  history: readonly HistoryEntry[],
): readonly string[] {
  const log = logPaths(processPaths(root, name).err);
  const end = history.findLastIndex(({ event }) => turnOf(event) === "end");
  const until = end === -1 ? history.length : end;
  const begin = history.slice(0, until).findLast(({ event }) => turnOf(event) === "begin");
  const from = begin ? offsetSince(presentIndex(log), begin.time) : 0;
  return lastError(lastLines(log.current, ERROR_WITHIN, from));
}

function listFiles(dir: string): FileEntry[] {
  return directoryEntries(dir)
    // What is about to be renamed may be gone before we look at it.
    .filter(({ name }) => !name.endsWith(".tmp"))
    .flatMap(({ name, isFile }) => {
      const size = isFile ? lstatIfThere(`${dir}/${name}`)?.size : null;
      // One that is not there has just been removed.
      return size === undefined ? [] : [{ name, size }];
    })
    .sort((a, b) => a.name < b.name ? -1 : 1);
}

/** The same for programs: the fields of `meta.json`, with everything else added. */
export function descriptionJson(description: Description) {
  const { meta, spec, stats, health, directory, files, history, lastErrors, logProblems } =
    description;
  return {
    ...withCrashLoop(meta),
    cpu: stats?.cpu ?? null,
    mem: stats?.mem ?? null,
    processes: stats?.processes ?? null,
    health: health ?? null,
    directory,
    spec: spec ?? null,
    set: spec === undefined ? [] : changedSettings(spec),
    files,
    history,
    last_errors: lastErrors,
    log_problems: logProblems,
  };
}

/** The names of the settings that are not their defaults: somebody has set those. */
function changedSettings(spec: Spec): readonly SettingKey[] {
  return SETTING_KEYS.filter((key) =>
    JSON.stringify(spec[key]) !== JSON.stringify(SPEC_DEFAULTS[key])
  );
}
