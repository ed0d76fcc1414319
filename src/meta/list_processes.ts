import { directoryEntries } from "../files/directory_entries.ts";
import { isDirectory } from "../files/path_info.ts";
import { isValidName, type RuntimeRoot } from "../root.ts";
import { type Meta, readMeta } from "./metadata.ts";

/** A process directory that could not be read. */
export interface Unreadable {
  readonly name: string;
  readonly reason: string;
}

/** What the process directories say. */
export interface ProcessList {
  /** By `tsm_id`. */
  readonly metas: readonly Meta[];
  readonly unreadable: readonly Unreadable[];
}

/**
 * Reads the `meta.json` of every process below the root. A directory that a supervisor removes
 * meanwhile is skipped; one without a readable `meta.json` is listed as unreadable, and the others
 * are read all the same.
 *
 * @param read Gives the `meta.json` of a process, or throws why it cannot be read.
 */
export function listProcesses(
  root: RuntimeRoot,
  read: (name: string) => Meta = (name) => readMeta(root, name),
): ProcessList {
  const metas: Meta[] = [];
  const unreadable: Unreadable[] = [];
  for (const entry of directoryEntries(root.processes)) {
    const { name } = entry;
    // Names that begin with a dot are directories that are being made or removed.
    if (name.startsWith(".") || entry.isFile) continue;
    if (entry.isSymlink) {
      if (isDirectory(`${root.processes}/${name}`)) {
        unreadable.push({ name, reason: "a symbolic link, not a directory of tsm's" });
      }
      continue;
    }
    if (!isValidName(name)) {
      unreadable.push({ name, reason: "not a valid name" });
      continue;
    }
    try {
      metas.push(read(name));
    } catch (error) {
      if (error instanceof Deno.errors.NotFound && !isDirectory(`${root.processes}/${name}`)) {
        continue;
      }
      const reason = error instanceof Deno.errors.NotFound
        ? "no meta.json"
        : `meta.json: ${(error as Error).message}`;
      unreadable.push({ name, reason });
    }
  }
  metas.sort((a, b) => a.tsm_id - b.tsm_id);
  return { metas, unreadable };
}
