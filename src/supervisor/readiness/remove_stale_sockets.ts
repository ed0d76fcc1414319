import { directoryEntries } from "../../files/directory_entries.ts";
import { removeIfThere } from "../../files/replace_file.ts";
import type { RuntimeRoot } from "../../root.ts";

/**
 * Removes the sockets of processes that were removed while no supervisor ran.
 *
 * @param listed The ids of those that are still there.
 */
export function removeStaleSockets({ notify }: RuntimeRoot, listed: ReadonlySet<number>): void {
  for (const { name } of directoryEntries(notify)) {
    if (!listed.has(Number.parseInt(name))) removeIfThere(`${notify}/${name}`);
  }
}
