/**
 * What interrupted operations, and processes that are gone, leave behind.
 *
 * @module
 */
import { directoryEntries } from "../files/directory_entries.ts";
import { lstatIfThere } from "../files/path_info.ts";
import { readTextIfThere } from "../files/read_text.ts";
import type { ProcessList } from "../meta/list_processes.ts";
import { linkStagingPath, type RuntimeRoot } from "../root.ts";

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
  keeps: (name: string) => boolean,
): StalePidFile[] {
  const byName = new Map(metas.map((meta) => [meta.name, meta]));
  return directoryEntries(root.pids).filter(({ name }) => name.endsWith(".pid")).flatMap(
    (entry) => {
      const path = `${root.pids}/${entry.name}`;
      const name = entry.name.slice(0, -".pid".length);
      const pid = byName.get(name)?.pid ?? null;
      const said = entry.isFile ? readTextIfThere(path)?.trim() : undefined;
      if (pid !== null && said === String(pid)) return [];
      if (keeps(name)) return [];
      const found = byName.has(name)
        ? pid === null ? "the process does not run" : `the process has pid ${pid}`
        : "there is no such process";
      return [{ name, path, found: `pid file says '${said?.slice(0, 20) ?? ""}', ${found}`, pid }];
    },
  );
}

/** The symbolic links in process directories, and beside them, that lead nowhere. */
export function findDanglingLinks(root: RuntimeRoot): string[] {
  const dirs = directoryEntries(root.processes).filter(({ isDirectory }) => isDirectory)
    .map(({ name }) => `${root.processes}/${name}`);
  return [root.processes, root.pids, ...dirs].flatMap((dir) =>
    directoryEntries(dir).filter(({ isSymlink }) => isSymlink).map(({ name }) => `${dir}/${name}`)
  ).filter((path) => !leadsSomewhere(path));
}

/** Milliseconds after which a temporary file that nobody writes to any more is a leftover. */
const ABANDONED_AFTER = 60_000;

/**
 * Directories and temporary files of operations that were interrupted and that nobody will finish.
 */
export function findLeftovers(root: RuntimeRoot): string[] {
  const dirs = directoryEntries(root.processes).filter(({ isDirectory }) => isDirectory);
  // Such a directory is renamed or removed in the same turn in which it is made: one that is seen
  // here is a leftover, but for the one in which links are being made.
  const moving = dirs.filter(({ name }) =>
    name.startsWith(".") && `${root.processes}/${name}` !== linkStagingPath(root)
  );
  const listed = dirs.filter(({ name }) => !name.startsWith("."));
  const places = [
    root.runtime,
    root.pids,
    ...listed.map(({ name }) => `${root.processes}/${name}`),
  ];
  const temporary = places.flatMap((dir) =>
    directoryEntries(dir).filter(({ name, isFile }) => isFile && name.endsWith(".tmp"))
      .map(({ name }) => `${dir}/${name}`).filter(isAbandoned)
  );
  return [...moving.map(({ name }) => `${root.processes}/${name}`), ...temporary];
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
