import type { RuntimeRoot } from "../root.ts";
import { directoryEntries } from "../files/directory_entries.ts";
import { readTextIfThere } from "../files/read_text.ts";

/** Something that patrol has put into quarantine. */
export interface Quarantined {
  /** The name of its directory below `runtime/quarantine`. */
  readonly name: string;
  readonly reason: string;
}

/** Lists what is in quarantine, and why; empty where nothing is. */
export function listQuarantine(root: RuntimeRoot): readonly Quarantined[] {
  // Whether the directory exists is read from its parent: catching the error of a missing directory
  // would take `tsm ls` as long as reading 100 processes.
  const isOwn = ({ name }: Deno.DirEntry) => `${root.runtime}/${name}` === root.quarantine;
  if (!directoryEntries(root.runtime).some(isOwn)) return [];
  let names: string[];
  try {
    names = [...Deno.readDirSync(root.quarantine)].map(({ name }) => name).sort();
  } catch {
    return [];
  }
  return names.filter((name) => !name.endsWith(".reason")).map((name) => ({
    name,
    reason: readTextIfThere(`${root.quarantine}/${name}.reason`)?.trim() ?? "reason unknown",
  }));
}
