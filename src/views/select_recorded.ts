import { historyNames } from "../db/read_history.ts";
import { listProcesses } from "../meta/list_processes.ts";
import { readGroups } from "../meta/read_groups.ts";
import { type Groups, select, type Selectable, selectAll } from "../meta/select.ts";
import type { RuntimeRoot } from "../root.ts";

/**
 * The names that `selectors` mean, of processes that are listed and of those that were
 * removed and left a history. A listed one is meant rather than a removed one.
 *
 * @param action What is asked, for messages.
 * @throws {Deno.errors.NotFound} if one matches nothing.
 * @throws {Deno.errors.InvalidData} if one is ambiguous or does not parse.
 */
export function selectRecorded(
  root: RuntimeRoot,
  action: string,
  selectors: readonly string[],
): readonly string[] {
  const listed: readonly Selectable[] = listProcesses(root).metas;
  const names = new Set(listed.map(({ name }) => name));
  const removed = historyNames(root).filter((name) => !names.has(name))
    .map((name): Selectable => ({ tsm_id: null, name, pid: null, port: null }));
  const groupsOf = (name: string): Groups => {
    try {
      if (names.has(name)) return readGroups(root, name);
    } catch {
      // A damaged spec.json says nothing about it.
    }
    return { namespace: "", app: null };
  };
  const found = selectors.flatMap((selector) => {
    const isPattern = selector === "all" || selector.startsWith("/");
    const isListed = !isPattern && select(selector, listed, groupsOf).kind === "found";
    const among = isListed ? listed : [...listed, ...removed];
    return selectAll(action, [selector], among, groupsOf).map(({ name }) => name);
  });
  return [...new Set(found)];
}
