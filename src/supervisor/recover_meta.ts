import { messageOf } from "../errors.ts";
import { directoryEntries } from "../files/directory_entries.ts";
import { isRealDirectory, isThere } from "../files/path_info.ts";
import { readTextIfThere } from "../files/read_text.ts";
import { listProcesses } from "../meta/list_processes.ts";
import { type Meta, writeMeta } from "../meta/metadata.ts";
import { checkSpec, envFileInMeta, readSpec, type Spec, writeSpec } from "../meta/spec.ts";
import { type LiveProcess, readLiveProcess } from "../process/linux/live_process.ts";
import { readEnviron } from "../process/linux/read_environ.ts";
import { type Finding, mend } from "../patrol/finding.ts";
import { quarantine } from "../patrol/quarantine.ts";
import { readEnvironTable } from "../process/linux/environ_table.ts";
import { ownPids } from "../process/linux/own_pids.ts";
import { isZombie, type ProcessEntry } from "../process/process_table.ts";
import { readProcessTable } from "../process/linux/read_process_table.ts";
import { joinWords } from "../program/shell_words.ts";
import { isValidName, processPaths, type RuntimeRoot } from "../root.ts";

/** What recovering takes to know of the supervisor. */
export interface RecoveryHost {
  readonly root: RuntimeRoot;
  /** The absolute path of the root. */
  readonly rootPath: string;
  process(name: string): unknown;
  /** Gives an id that no process has: `wanted`, if that is free. */
  reserveId(wanted: number | null): number;
  log(text: string): void;
}

/**
 * Writes the `meta.json` of processes anew that live and whose file cannot be read: what lives is
 * found by its environment, what it runs stands in its `spec.json`. Without that it would run on as
 * an orphan that nobody manages. The damaged file goes into quarantine.
 *
 * @returns what it found and did.
 */
export async function recoverMetas(host: RecoveryHost): Promise<readonly Finding[]> {
  const { root } = host;
  // The names alone tell that there is none, as is usual, without a read of a thousand files.
  const mayBeLost = directoryEntries(root.processes).some(({ name }) =>
    isValidName(name) && host.process(name) === undefined
  );
  if (!mayBeLost) return [];
  const lost = listProcesses(root).unreadable.filter(({ name }) =>
    isValidName(name) && host.process(name) === undefined &&
    isRealDirectory(processPaths(root, name).dir)
  );
  if (lost.length === 0) return [];
  const findings: Finding[] = [];
  const leaders = await sessionLeaders(host.rootPath);
  for (const { name, reason } of lost) {
    const leader = runOf(root, name, leaders.get(name) ?? []);
    if (leader === undefined) continue;
    try {
      const live = await readLiveProcess(leader.pid);
      if (live === undefined || live.start !== leader.start) continue;
      const spec = specOf(root, name) ?? shownSpec(live);
      // Whoever likes can put our names into an environment.
      if (!(await ownPids([live.pid], spec.user)).has(live.pid)) continue;
      const remedy = `written anew, for its process ${live.pid} lives`;
      const apply = () => writeAnew(host, { name, spec, live, reason });
      const path = processPaths(root, name).meta;
      findings.push(
        await mend({ kind: "unreadable", name, path, found: reason, remedy, apply }, false),
      );
    } catch (error) {
      host.log(`${name}: ${reason}: cannot be written anew: ${messageOf(error)}`);
    }
  }
  return findings;
}

/** The one that its pid file names, else the latest: others may have been left by a hook. */
function runOf(
  root: RuntimeRoot,
  name: string,
  leaders: readonly ProcessEntry[],
): ProcessEntry | undefined {
  const noted = Number(readTextIfThere(processPaths(root, name).pid));
  return leaders.find(({ pid }) => pid === noted) ??
    leaders.toSorted((a, b) => a.start - b.start).at(-1);
}

/** The processes of each name that lead their session, as a run does. */
async function sessionLeaders(
  rootPath: string,
): Promise<ReadonlyMap<string, readonly ProcessEntry[]>> {
  const carriers = await readEnvironTable();
  const table = await readProcessTable();
  const leaders = new Map<string, ProcessEntry[]>();
  for (const [pid, { root, name }] of carriers) {
    const entry = table.get(pid);
    if (root !== rootPath || !entry || isZombie(entry) || entry.session !== pid) continue;
    const others = leaders.get(name);
    if (others) others.push(entry);
    else leaders.set(name, [entry]);
  }
  return leaders;
}

async function writeAnew(
  host: RecoveryHost,
  { name, spec, live, reason }: {
    readonly name: string;
    readonly spec: Spec;
    readonly live: LiveProcess;
    readonly reason: string;
  },
): Promise<void> {
  const { root } = host;
  const paths = processPaths(root, name);
  const tsm_id = host.reserveId(await formerId(live.pid));
  if (isThere(paths.meta)) quarantine(root, name, [paths.meta], reason);
  if (specOf(root, name) === undefined) {
    if (isThere(paths.spec)) quarantine(root, name, [paths.spec], "it cannot be read");
    writeSpec(root, name, spec);
  }
  const { command, cwd, interpreter, port } = spec;
  const meta: Meta = {
    tsm_id,
    name,
    pid: live.pid,
    command,
    cwd,
    interpreter,
    port,
    status: "online",
    start_time: live.startTime,
    restarts: 0,
    unstable_restarts: 0,
    env_file: envFileInMeta(spec),
    pid_start: live.start,
  };
  writeMeta(root, meta);
}

/** Its `spec.json`, where that can be read. */
function specOf(root: RuntimeRoot, name: string): Spec | undefined {
  try {
    return readSpec(root, name);
  } catch {
    return undefined;
  }
}

/** What it runs, as the system shows it. */
function shownSpec({ argv, cwd }: LiveProcess): Spec {
  return checkSpec({ command: joinWords(argv), argv, cwd: cwd ?? "/" });
}

/** The id in the environment of a process. */
async function formerId(pid: number): Promise<number | null> {
  const variables = new TextDecoder().decode(await readEnviron(pid)).split("\0");
  const id = Number(variables.find((variable) => variable.startsWith("TSM_ID="))?.slice(7));
  return Number.isSafeInteger(id) && id > 0 ? id : null;
}
