import { delay } from "@std/async/delay";
import { basename } from "@std/path/posix";
import { isRealDirectory, isThere } from "../files/path_info.ts";
import { removeIfThere, removeTree, replaceFile } from "../files/replace_file.ts";
import { messageOf } from "../errors.ts";
import { deletedLogs, STREAMS } from "../logs/log_problems.ts";
import type { Meta } from "../meta/metadata.ts";
import { mustLive } from "../meta/readiness.ts";
import { listProcesses, type ProcessList } from "../meta/list_processes.ts";
import type { ProcessTable } from "../process/process_table.ts";
import { processPaths, type RuntimeRoot } from "../root.ts";
import { findDead } from "./dead.ts";
import { type Finding, mend, type Remedy } from "./finding.ts";
import { findDanglingLinks, findLeftovers, findStalePidFiles } from "./leftovers.ts";
import { endOrphan, findOrphans, readRunning, type Running } from "./orphans.ts";
import type { PatrolHost, PatrolOptions } from "./patrol_host.ts";
import { quarantine } from "./quarantine.ts";
import { type DirectoryNames, RoundReads } from "./round_reads.ts";

/** What a sweep looks at. */
interface Place {
  readonly root: RuntimeRoot;
  readonly host: PatrolHost;
  readonly options: PatrolOptions;
  /** What the process directories say: read once for all sweeps of a look that mends nothing. */
  readonly list: ProcessList;
  /** What is in the directories of processes, by path; read as often as `list`. */
  readonly directories: ReadonlyMap<string, DirectoryNames>;
  readonly reads: RoundReads;
  /** What runs, which is read once for all sweeps that ask for it. */
  readonly running: () => Promise<Running>;
}

/** Looks for one kind of problem; what it returns is mended before the next one looks. */
type Sweep = (place: Place) => Remedy[] | Promise<Remedy[]>;

const SWEEPS: readonly Sweep[] = [
  unreadableDirectories,
  damagedSpecs,
  onlineWithoutProcess,
  stalePidFiles,
  danglingLinks,
  leftovers,
  lostLogs,
  orphans,
];

/** Milliseconds between two looks: more than it takes to notice the end of any process. */
const LOOK_AGAIN_AFTER = 500;

/**
 * Looks for what is not as it should be below the root, and mends it. Run a
 * second time, it finds nothing to do. Killed in the middle, it can be run again.
 *
 * What it finds is looked at twice: a process that has just ended, and is about to be restarted, is
 * nothing that is wrong.
 *
 * @param reads What earlier rounds have read, so that this one reads only what has changed.
 * @returns what it found and did.
 *
 * @example
 * ```ts
 * import { patrol } from "./patrol.ts";
 *
 * const findings = await patrol(root, host, { dryRun: true, killOrphans: false });
 * console.log(findings.map(({ found }) => found));
 * ```
 */
export async function patrol(
  root: RuntimeRoot,
  host: PatrolHost,
  options: PatrolOptions,
  reads = new RoundReads(root),
): Promise<readonly Finding[]> {
  const suspects: Remedy[] = [];
  const place = (hasRead?: (table: ProcessTable) => void): Place => {
    const list = listProcesses(root, (name) => reads.meta(name));
    const directories = reads.processDirectories();
    let read: Promise<Running> | undefined;
    const running = () => read ??= readRunning(host.rootPath, hasRead);
    return { root, host, options, list, directories, reads, running };
  };
  const before = place((table) => host.hasRead?.(table));
  for (const sweep of SWEEPS) suspects.push(...await sweep(before));
  reads.endRound();
  if (suspects.length === 0) return [];
  await delay(LOOK_AGAIN_AFTER);
  const names = new Set(suspects.map(({ name }) => name));
  await Promise.all([...names].map((name) => host.settled(name)));
  const findings: Finding[] = [];
  for (const sweep of SWEEPS) {
    const remedies = await sweep(place());
    for (const remedy of remedies.filter((one) => suspects.some((other) => isSame(one, other)))) {
      findings.push(await mend(remedy, options.dryRun));
    }
  }
  return findings;
}

/** Whether two looks have found the same. */
function isSame(a: Remedy, b: Remedy): boolean {
  return a.kind === b.kind && a.name === b.name && a.path === b.path && a.pid === b.pid;
}

function unreadableDirectories({ root, host, list }: Place): Remedy[] {
  return list.unreadable.map(({ name, reason }) => {
    const path = `${root.processes}/${name}`;
    const what = { kind: "unreadable", name, path, found: reason } as const;
    const moveAside = () => void quarantine(root, name, [path], reason);
    if (!host.knows(name)) return { ...what, remedy: "moved to quarantine", apply: moveAside };
    // The supervisor has the state in memory: only the file goes into quarantine, and is written
    // anew.
    const { meta } = processPaths(root, name);
    return {
      ...what,
      remedy: "moved to quarantine and written anew",
      apply() {
        if (isThere(meta)) quarantine(root, name, [meta], reason);
        host.rewrite(name);
      },
    };
  });
}

function damagedSpecs({ root, host, list, reads }: Place): Remedy[] {
  return list.metas.flatMap(({ name }): Remedy[] => {
    const reason = problemOfSpec(root, name, reads);
    if (reason === undefined) return [];
    const path = processPaths(root, name).spec;
    const what = { kind: "damaged-spec", name, path, found: `spec.json: ${reason}` } as const;
    if (!host.knowsSpec(name)) {
      const remedy = "its settings are the defaults until it is started anew by its command";
      return [{ ...what, remedy }];
    }
    return [{
      ...what,
      remedy: "moved to quarantine and written anew",
      apply() {
        if (isThere(path)) quarantine(root, name, [path], reason);
        host.rewriteSpec(name);
      },
    }];
  });
}

function problemOfSpec(root: RuntimeRoot, name: string, reads: RoundReads): string | undefined {
  try {
    reads.checkSpec(name);
    return undefined;
  } catch (error) {
    // Its directory was removed while we looked.
    if (!isRealDirectory(processPaths(root, name).dir)) return undefined;
    return messageOf(error);
  }
}

async function onlineWithoutProcess({ root, host, list, running }: Place): Promise<Remedy[]> {
  if (!list.metas.some(mustLive)) return [];
  const { table } = await running();
  return findDead(root, list, table).map(({ name, pid, status }) => ({
    kind: "dead",
    name,
    pid,
    path: null,
    found: `is '${status}', but there is no process ${pid}`,
    remedy: "left to its restart policy",
    apply: () => host.revive(name),
  }));
}

function stalePidFiles({ root, host, list, reads }: Place): Remedy[] {
  const stale = findStalePidFiles(root, list, reads, (name) => host.keepsPidFile(name));
  return stale.map(({ name, path, found, pid }) => ({
    kind: "pid-file",
    name,
    path,
    found,
    remedy: pid === null ? "removed" : "written anew",
    apply: () => pid === null ? removeIfThere(path) : replaceFile(path, `${pid}\n`),
  }));
}

function danglingLinks({ root, directories, reads }: Place): Remedy[] {
  const beside = [root.processes, root.pids].map((path) => [path, reads.directory(path)] as const);
  return findDanglingLinks(new Map([...beside, ...directories])).map((path) => ({
    kind: "dangling-link",
    name: nameOf(path),
    path,
    found: "a symbolic link that leads nowhere",
    remedy: "removed",
    apply: () => removeIfThere(path),
  }));
}

function leftovers({ root, directories, reads }: Place): Remedy[] {
  return findLeftovers(root, directories, reads).map((path) => ({
    kind: "leftover",
    name: nameOf(path),
    path,
    found: "left behind by an interrupted operation",
    remedy: "removed",
    apply: () => removeTree(path),
  }));
}

function lostLogs({ root, list, directories }: Place): Remedy[] {
  const hasAll = ({ name }: Meta) =>
    directories.get(processPaths(root, name).dir)?.logs.length === STREAMS.length;
  return list.metas.filter((meta) => !hasAll(meta)).flatMap((meta) =>
    deletedLogs(root, meta).map((stream): Remedy => ({
      kind: "lost-log",
      name: meta.name,
      path: processPaths(root, meta.name)[stream],
      found: "was deleted, and what the process writes is lost",
      remedy: `made anew by 'tsm restart ${meta.name}'`,
    }))
  );
}

async function orphans({ root, host, options, list, running }: Place): Promise<Remedy[]> {
  const { rootPath } = host;
  const { killOrphans } = options;
  return (await findOrphans(root, rootPath, list, running())).map((orphan) => ({
    kind: "orphan",
    name: orphan.name,
    pid: orphan.pid,
    path: null,
    found:
      `${orphan.comm} (pid ${orphan.pid}) runs, but nobody manages it: its directory was removed`,
    ...killOrphans
      ? { remedy: "ended", apply: () => endOrphan(orphan, rootPath) }
      : { remedy: "ended by 'tsm patrol --kill-orphans'" },
  }));
}

function nameOf(path: string): string {
  return basename(path).replace(/^\.|\.(pid|removed|tmp)$/g, "");
}
