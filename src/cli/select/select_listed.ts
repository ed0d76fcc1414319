import { removalOf } from "../../db/removed_process.ts";
import { messageOf } from "../../errors.ts";
import { listProcesses } from "../../meta/list_processes.ts";
import type { Meta } from "../../meta/metadata.ts";
import { readGroups } from "../../meta/read_groups.ts";
import { type Groups, selectAll } from "../../meta/select.ts";
import type { Context } from "../context.ts";

/**
 * The processes that `selectors` mean, from the files alone.
 *
 * @param action What is asked, for messages.
 * @throws {Deno.errors.NotFound} if one matches nothing.
 * @throws {Deno.errors.InvalidData} if one is ambiguous or does not parse.
 */
export function selectListed(
  context: Context,
  action: string,
  selectors: readonly string[],
): readonly Meta[] {
  const { metas, unreadable } = listProcesses(context.root);
  const damaged = unreadable.find(({ name }) => selectors.includes(name));
  if (damaged) {
    throw new Deno.errors.InvalidData(
      `Cannot ${action} '${damaged.name}': ${damaged.reason}`,
    );
  }
  return selectAll(action, selectors, metas, groupsReader(context), {
    removalOf: (word) => removalOf(context.root, word),
  });
}

/** Reads the groups of listed processes; says which `spec.json` is damaged. */
export function groupsReader(context: Context): (name: string) => Groups {
  return (name) => {
    try {
      return readGroups(context.root, name);
    } catch (error) {
      context.warn(`tsm: spec.json of '${name}': ${messageOf(error)}`);
      return { namespace: "default", app: null };
    }
  };
}
