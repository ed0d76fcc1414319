import { messageOf } from "../errors.ts";
import { GROWING, readTextIfThere } from "../files/read_text.ts";
import type { RuntimeRoot } from "../root.ts";
import { NewerVersionError, parseSavedList, type SavedList } from "./saved_list.ts";

/** What is saved, and where it was found. */
export interface FoundList {
  readonly list: SavedList;
  /** Why it is the list before the last, if it is. */
  readonly warning?: string;
}

/**
 * Reads the saved list: `saved.json`, or, where that is damaged or missing,
 * `saved.1.json`.
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
  const before = readOne(root.savedBeforeJson);
  if (before === undefined) {
    if (last === undefined) return undefined;
    throw new Deno.errors.InvalidData(
      `saved.json is damaged (${last.reason}) and there is no saved.1.json; ` +
        "correct it, or save anew with 'tsm save'",
    );
  }
  const problem = last === undefined ? "missing" : `damaged (${last.reason})`;
  if ("list" in before) {
    return {
      ...before,
      warning: `saved.json is ${problem}; using the list saved before it, saved.1.json`,
    };
  }
  throw new Deno.errors.InvalidData(
    `saved.json is ${problem}, and so is saved.1.json (${before.reason}); ` +
      "correct one of them, or save anew with 'tsm save'",
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
