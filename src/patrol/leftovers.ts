/**
 * What interrupted operations, and processes that are gone, leave behind.
 *
 * @module
 */
import { basename } from "@std/path/posix";
import { directoryEntries } from "../files/directory_entries.ts";
import { lstatIfThere } from "../files/path_info.ts";
import type { ProcessList } from "../meta/list_processes.ts";
import { linkStagingPath, type RuntimeRoot } from "../root.ts";
import type { DirectoryNames, RoundReads } from "./round_reads.ts";

/** A pid file that does not say what it should. */
export interface StalePidFile {
  /** The process it is called after. */
  readonly name: string;
  readonly path: string;
  readonly found: string;
  /** What it should say; `null`: it should not be there. */
  readonly pid: number | null;
}

/**
 * The pid files that name no process, or another than the `meta.json` does.
 *
 * @param keeps Tells which are left alone; asked only where one is stale.
 */
export function findStalePidFiles(
  root: RuntimeRoot,
  { metas }: ProcessList,
  reads: RoundReads,
  keeps: (name: string) => boolean,
): StalePidFile[] {
  const byName = new Map(metas.map((meta) => [meta.name, meta]));
  return directoryEntries(root.pids).filter(({ name }) => name.endsWith(".pid")).flatMap(
    (entry) => {
      const path = `${root.pids}/${entry.name}`;
      const name = entry.name.slice(0, -".pid".length);
      const pid = byName.get(name)?.pid ?? null;
      const said = entry.isFile ? reads.pidFile(path) : undefined;
      if (pid !== null && said === String(pid)) return [];
      if (keeps(name)) return [];
      const found = byName.has(name)
        ? pid === null ? "the process does not run" : `the process has pid ${pid}`
        : "there is no such process";
      return [{ name, path, found: `pid file says '${said?.slice(0, 20) ?? ""}', ${found}`, pid }];
    },
  );
}

/**
 * The symbolic links in directories that lead nowhere.
 *
 * @param directories What is in them, by path.
 */
export function findDanglingLinks(directories: ReadonlyMap<string, DirectoryNames>): string[] {
  return [...directories].flatMap(([path, { links }]) => links.map((name) => `${path}/${name}`))
    .filter((path) => !leadsSomewhere(path));
}

/** Milliseconds after which a temporary file that nobody writes to any more is a leftover. */
const ABANDONED_AFTER = 60_000;

/**
 * Directories and temporary files of operations that were interrupted and that nobody will finish.
 *
 * @param directories What is in those of processes, by path.
 */
export function findLeftovers(
  root: RuntimeRoot,
  directories: ReadonlyMap<string, DirectoryNames>,
  reads: RoundReads,
): string[] {
  // Such a directory is renamed or removed in the same turn in which it is made: one that is seen
  // here is a leftover, but for the one in which links are being made.
  const isMoving = (path: string) => basename(path).startsWith(".");
  const moving = [...directories.keys()].filter(isMoving)
    .filter((path) => path !== linkStagingPath(root));
  const temporary = [
    ...[root.runtime, root.pids].map((path) => [path, reads.directory(path)] as const),
    ...[...directories].filter(([path]) => !isMoving(path)),
  ].flatMap(([path, { temporary }]) => temporary.map((name) => `${path}/${name}`))
    .filter(isAbandoned);
  return [...moving, ...temporary];
}

/**
 * Whether nobody writes to a temporary file any more: small files are written in one turn, the copy
 * of a log takes its time.
 */
function isAbandoned(path: string): boolean {
  if (/(\.json|\.pid|\.idx|\/env)\.tmp$/.test(path)) return true;
  const info = lstatIfThere(path);
  return info !== undefined && Date.now() - (info.mtime?.getTime() ?? 0) > ABANDONED_AFTER;
}

function leadsSomewhere(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    return !(error instanceof Deno.errors.NotFound);
  }
}
