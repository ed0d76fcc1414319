import { basename } from "@std/path/posix";
import { messageOf } from "../errors.ts";
import { GROWING, readTextIfThere } from "../files/read_text.ts";
import type { RuntimeRoot } from "../root.ts";
import { NewerVersionError, parseSavedList, type SavedList } from "./saved_list.ts";

/** What is saved, and where it was found. */
export interface FoundList {
  readonly list: SavedList;
  /** Why it is a list that was saved earlier, if it is. */
  readonly warning?: string;
}

/**
 * Reads the saved list: `saved.json`, or, where that is damaged or missing, the latest of those
 * saved before it.
 *
 * @returns `undefined` if nothing is saved.
 * @throws {Deno.errors.InvalidData} if there is no whole list, or a newer tsm wrote it.
 *
 * @example
 * ```ts
 * import { runtimeRoot } from "../root.ts";
 * import { readSavedList } from "./read_saved_list.ts";
 *
 * const found = readSavedList(runtimeRoot("/srv/tsm"));
 * console.log(found?.list.processes.length ?? "nothing is saved");
 * ```
 */
export function readSavedList(root: RuntimeRoot): FoundList | undefined {
  const last = readOne(root.savedJson);
  if (last !== undefined && "list" in last) return last;
  const problem = last === undefined ? "missing" : `damaged (${last.reason})`;
  const damaged: string[] = [];
  for (const path of [root.savedBeforeJson, ...root.savedEarlierJson]) {
    const former = readOne(path);
    if (former === undefined) continue;
    const file = basename(path);
    if ("list" in former) {
      return {
        ...former,
        warning: `saved.json is ${problem}; using the list saved before it, ${file}`,
      };
    }
    damaged.push(`so is ${file} (${former.reason})`);
  }
  if (damaged.length > 0) {
    throw new Deno.errors.InvalidData(
      `saved.json is ${problem}, and ${damaged.join(", and ")}; ` +
        "correct one of them, or save anew with 'tsm save'",
    );
  }
  if (last === undefined) return undefined;
  throw new Deno.errors.InvalidData(
    `saved.json is ${problem} and there is no list saved before it; ` +
      "correct it, or save anew with 'tsm save'",
  );
}

function readOne(path: string): { list: SavedList } | { reason: string } | undefined {
  try {
    const text = readTextIfThere(path, GROWING);
    return text === undefined ? undefined : { list: parseSavedList(text) };
  } catch (error) {
    if (error instanceof NewerVersionError) {
      throw new Deno.errors.InvalidData(`${path} cannot be read: ${error.message}`);
    }
    return { reason: messageOf(error) };
  }
}
