import { directoryEntries } from "../files/directory_entries.ts";
import type { RuntimeRoot } from "../root.ts";

/** The files of one process of the old layout, those of them that are there. */
export interface OldFiles {
  readonly name: string;
  readonly meta?: string;
  readonly env?: string;
  readonly out?: string;
  readonly err?: string;
  /** Where its pid file is, if it has one. */
  readonly pid: string;
}

/**
 * Finds the processes of the old layout: those with a `.meta`, an `.env` or a log. A pid file alone
 * is not enough: its number may belong to any process by now.
 */
export function findOldFiles(root: RuntimeRoot): readonly OldFiles[] {
  const found = new Map<string, Record<string, string>>();
  const collect = (dir: string, kinds: readonly string[]) => {
    for (const { name: file, isDirectory } of directoryEntries(dir)) {
      const kind = kinds.find((kind) => file.endsWith(`.${kind}`));
      if (isDirectory || kind === undefined || file.startsWith(".")) continue;
      const name = file.slice(0, -kind.length - 1);
      found.set(name, { ...found.get(name), [kind]: `${dir}/${file}` });
    }
  };
  collect(root.processes, ["meta", "env"]);
  collect(root.oldLogs, ["out", "err"]);
  return [...found].sort(byEnvironment).map(([name, files]) => ({
    ...files,
    name,
    pid: `${root.pids}/${name}.pid`,
  }));
}

/** Whether a process of the old layout has the name `name`. */
export function hasOldFiles(root: RuntimeRoot, name: string): boolean {
  return findOldFiles(root).some((files) => files.name === name);
}

type Found = readonly [name: string, files: Readonly<Record<string, string>>];

/** Those with a snapshot of their environment first: the first one becomes the base of all. */
function byEnvironment([a, { env: first }]: Found, [b, { env: second }]: Found): number {
  if ((first === undefined) !== (second === undefined)) return first === undefined ? 1 : -1;
  return a < b ? -1 : 1;
}
