import { messageOf, withContext } from "../errors.ts";
import { GROWING, readTextIfThere } from "../files/read_text.ts";
import { removeIfThere } from "../files/replace_file.ts";
import { replaceFileDurably } from "../files/replace_file_durably.ts";
import type { Meta } from "../meta/metadata.ts";
import type { Spec } from "../meta/spec.ts";
import { isMeantToStop } from "../meta/status.ts";
import { readBaseEnvironment, readDifference } from "../program/environment.ts";
import type { RuntimeRoot } from "../root.ts";
import {
  formatSavedList,
  NewerVersionError,
  parseSavedList,
  type SavedProcess,
} from "./saved_list.ts";

/** A process as it is now. */
export interface ProcessSnapshot {
  readonly meta: Meta;
  readonly spec: Spec;
  /** Whether its `spec.json` could not be read, and most of `spec` is only defaults. */
  readonly hasMadeUpSpec?: boolean;
}

/** What {@linkcode saveList} did. */
export interface SaveResult {
  /** How many processes the list has. */
  readonly saved: number;
  /** What the user should know of the list that was there. */
  readonly warning?: string;
}

/**
 * Saves the list of processes. Whatever is killed at any moment, `saved.json` is whole, and so is
 * `saved.1.json`: the list that was there is first copied to `saved.1.json`, whose own was copied
 * to `saved.2.json`, then the new one is put in its place, each written beside its target, synced
 * and renamed.
 *
 * @param force Save an empty list, or replace one that a newer tsm wrote.
 * @throws {Deno.errors.AlreadyExists} if that is needed and not given.
 * @throws {Deno.errors.InvalidData} if a file of a process is damaged.
 * @throws whatever the file system says; the saved list is then the old one.
 */
export function saveList(
  root: RuntimeRoot,
  states: readonly ProcessSnapshot[],
  { force }: { readonly force: boolean },
): SaveResult {
  const processes = states
    .filter(({ meta }) => meta.intent !== "delete")
    .map((state) => savedProcess(root, state));
  const present = readPresent(root);
  if (!force) refuseLoss(present, processes.length);
  const base = readBaseEnvironment(root) ?? {};
  const text = formatSavedList({ saved: Math.floor(Date.now() / 1000), base, processes });
  // A damaged list must not take the place of a whole one in saved.1.json.
  const isWhole = present !== undefined && present.problem === undefined;
  if (isWhole || present?.isNewer) {
    shiftFormer(root);
    replaceFileDurably(root.savedBeforeJson, present.text);
  }
  replaceFileDurably(root.savedJson, text);
  const saved = processes.length;
  if (present?.problem === undefined || present.isNewer) return { saved };
  return {
    saved,
    warning: `saved.json was damaged (${present.problem}) and has been replaced; ` +
      "saved.1.json is as it was",
  };
}

/** Moves the former lists on by one, so that `saved.1.json` may be replaced. */
function shiftFormer({ savedBeforeJson, savedEarlierJson }: RuntimeRoot): void {
  for (let index = savedEarlierJson.length - 1; index > 0; index--) {
    renameIfThere(savedEarlierJson[index - 1]!, savedEarlierJson[index]!);
  }
  // Copied: renamed, it would be missing if a save were killed right here.
  const before = readTextIfThere(savedBeforeJson, GROWING);
  const [next] = savedEarlierJson;
  if (before !== undefined && next !== undefined) replaceFileDurably(next, before);
}

function renameIfThere(from: string, to: string): void {
  try {
    Deno.renameSync(from, to);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/**
 * Forgets what is saved.
 *
 * @returns whether anything was.
 */
export function clearSaved(root: RuntimeRoot): boolean {
  const files = [...root.savedEarlierJson, root.savedBeforeJson, root.savedJson];
  const there = files.some((path) => readTextIfThere(path, GROWING) !== undefined);
  // saved.json is removed last: an interrupted clearing leaves the list as it was.
  for (const path of files) removeIfThere(path);
  return there;
}

/** The `saved.json` that is there. */
interface Present {
  readonly text: string;
  /** How many entries it has, damaged ones included. */
  readonly entries: number;
  readonly problem?: string;
  readonly isNewer: boolean;
}

function readPresent(root: RuntimeRoot): Present | undefined {
  const text = readTextIfThere(root.savedJson, GROWING);
  if (text === undefined) return undefined;
  try {
    const { processes, damaged } = parseSavedList(text);
    return { text, entries: processes.length + damaged.length, isNewer: false };
  } catch (error) {
    const isNewer = error instanceof NewerVersionError;
    return { text, entries: 0, problem: messageOf(error), isNewer };
  }
}

function refuseLoss(present: Present | undefined, saved: number): void {
  if (present?.isNewer) {
    throw new Deno.errors.AlreadyExists(
      `Cannot save over saved.json: ${present.problem}, or 'tsm save --force'`,
    );
  }
  if (saved > 0) return;
  const entries = present?.entries ?? 0;
  throw new Deno.errors.AlreadyExists(
    entries > 0
      ? `Cannot save an empty list over one with ${entries} processes; ` +
        "'tsm save --force' does, 'tsm resurrect' brings them back"
      : "Cannot save: no process is listed; start what is to come back first, or save an empty " +
        "list with 'tsm save --force'",
  );
}

function savedProcess(
  root: RuntimeRoot,
  { meta, spec, hasMadeUpSpec }: ProcessSnapshot,
): SavedProcess {
  const { name, tsm_id, restarts } = meta;
  try {
    if (hasMadeUpSpec) {
      throw new Deno.errors.InvalidData(
        "its spec.json was damaged, and how it was started is not known any more; " +
          `start it anew, as in 'tsm start COMMAND --name ${name} --force'`,
      );
    }
    const environment = readDifference(root, name);
    const stopped = isStopped(meta);
    const { stopped_by } = meta;
    const isByItself = stopped && stopped_by !== undefined && stopped_by !== "request";
    const by = isByItself ? { stopped_by } : {};
    return { name, tsm_id, restarts, stopped, ...by, spec, environment };
  } catch (error) {
    throw withContext(`Cannot save '${name}'`, error);
  }
}

/** Whether a process does not run because the user or its policy wanted that, or is about to end so. */
function isStopped({ status, intent, stopped_by }: Meta): boolean {
  return intent === "stop" || (isMeantToStop(status) && stopped_by !== "reboot");
}
