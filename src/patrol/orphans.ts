import { lstatIfThere } from "../files/path_info.ts";
import { listProcesses, type ProcessList } from "../meta/list_processes.ts";
import type { Meta } from "../meta/metadata.ts";
import { readEnvironTable } from "../process/linux/environ_table.ts";
import { ownPids } from "../process/linux/own_pids.ts";
import { isZombie, type ProcessEntry, type ProcessTable } from "../process/process_table.ts";
import { TICKS_PER_SECOND } from "../process/linux/process_clock.ts";
import { readBootTime, readProcessTable } from "../process/linux/read_process_table.ts";
import { terminate } from "../process/terminate.ts";
import type { RuntimeRoot } from "../root.ts";

/** A process of this root that nobody manages: its directory is gone, or it is another's. */
export interface Orphan {
  readonly name: string;
  readonly pid: number;
  readonly start: number;
  readonly comm: string;
}

/** What runs on this machine. */
export interface Running {
  /** The processes that carry this root in their environment, and the name that they carry. */
  readonly carriers: ReadonlyMap<number, string>;
  /** Read behind the environments: a process that was just being stopped is gone by now. */
  readonly table: ProcessTable;
}

/**
 * Reads what runs.
 *
 * @param rootPath The absolute path of the root, as in the `TSM_ROOT` of its processes.
 * @param hasRead Told of the table at once: what is begun later is not in it.
 */
export async function readRunning(
  rootPath: string,
  hasRead?: (table: ProcessTable) => void,
): Promise<Running> {
  const carriers = [...await readEnvironTable()].filter(([pid, { root }]) =>
    root === rootPath && pid !== Deno.pid
  );
  const names = new Map(carriers.map(([pid, { name }]) => [pid, name]));
  const table = await readProcessTable();
  hasRead?.(table);
  return { carriers: names, table };
}

/**
 * Finds processes whose environment carries this root and a name that has no directory, or that
 * lead a session from before that directory: it was removed and made anew.
 * Another root's or another user's are never among them.
 *
 * @param rootPath The absolute path of the root, as in their `TSM_ROOT`.
 * @param list What the process directories say, where that was read already.
 * @param running What runs, likewise.
 */
export async function findOrphans(
  root: RuntimeRoot,
  rootPath: string,
  list?: ProcessList,
  running?: Promise<Running>,
): Promise<Orphan[]> {
  const { carriers, table } = await (running ?? readRunning(rootPath));
  const { metas } = list ?? listProcesses(root);
  const runs = new Map(metas.map((meta) => [meta.name, meta]));
  const older: Orphan[] = [];
  const lost: Orphan[] = [];
  for (const [pid, name] of carriers) {
    const entry = table.get(pid);
    if (!entry || isZombie(entry)) continue;
    const suspect = { name, pid, start: entry.start, comm: entry.comm };
    // One whose meta.json was read has its directory.
    if (!runs.has(name) && directoryMadeAt(root, name) === undefined) lost.push(suspect);
    else if (isFromBefore(entry, runs.get(name))) older.push(suspect);
  }
  const suspects = [...lost, ...await withFormerDirectory(root, older)];
  // With its directory it is gone whom it ran as: only our own are ours for sure.
  const own = await ownPids(suspects.map(({ pid }) => pid), null);
  return suspects.filter(({ pid }) => own.has(pid));
}

/** Ends an orphan and what descends from it. */
export async function endOrphan({ name, pid, start }: Orphan, rootPath: string): Promise<void> {
  await terminate({ leader: { pid, start }, name, root: rootPath, user: null, logs: [] }, {
    signal: "SIGTERM",
    killTimeout: 5000,
    excluded: new Set([Deno.pid]),
    strays: false,
  });
}

/** Whether a process that leads its session is older than the run that is the present one. */
function isFromBefore({ pid, session, start }: ProcessEntry, present: Meta | undefined): boolean {
  return pid === session && present?.pid_start != null && start < present.pid_start;
}

/** Leaves out what is younger than its directory, as what a `pre_start` hook has left running. */
async function withFormerDirectory(
  root: RuntimeRoot,
  suspects: readonly Orphan[],
): Promise<readonly Orphan[]> {
  if (suspects.length === 0) return [];
  const booted = await readBootTime();
  return suspects.filter(({ name, start }) =>
    booted + start / TICKS_PER_SECOND * 1000 < (directoryMadeAt(root, name) ?? Infinity)
  );
}

/** When the directory of a process was made, in milliseconds of the epoch; `undefined` where there is none. */
function directoryMadeAt(root: RuntimeRoot, name: string): number | undefined {
  const info = name.includes("/") ? undefined : lstatIfThere(`${root.processes}/${name}`);
  if (!info?.isDirectory) return undefined;
  return info.birthtime?.getTime() ?? -Infinity;
}
