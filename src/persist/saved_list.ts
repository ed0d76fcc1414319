/**
 * `saved.json`: the list of processes as `tsm save` found it, with all that is
 * needed to bring each of them back.
 *
 * Format: `version`, `saved` (epoch seconds), `base` (the base environment that the
 * differences are to), `processes`: each with `name`, `tsm_id`, `restarts`,
 * `stopped`, `stopped_by` where it is stopped and not on request, `spec` as in `spec.json` and `environment` as in the `env` file.
 *
 * @module
 */
import * as v from "valibot";
import { messageOf } from "../errors.ts";
import { describeIssues } from "../files/describe_issues.ts";
import { checkSpec, formatSpec, type Spec } from "../meta/spec.ts";
import {
  differenceSchema,
  type Environment,
  type EnvironmentDifference,
  environmentSchema,
} from "../program/environment.ts";
import { type Stopper, STOPPERS } from "../meta/stopper.ts";
import { isValidName, NAME_RULE } from "../root.ts";

/** The version of the format that this tsm writes, and the newest it reads. */
const SAVED_VERSION = 1;

/** One process of a saved list. */
export interface SavedProcess {
  readonly name: string;
  readonly tsm_id: number;
  readonly restarts: number;
  /** It did not run and was not meant to. */
  readonly stopped: boolean;
  /** Who or what had stopped it; left out where that was a request. */
  readonly stopped_by?: Stopper;
  readonly spec: Spec;
  /** The difference to the list's `base`. */
  readonly environment: EnvironmentDifference;
}

/** An entry that does not make sense. */
export interface DamagedEntry {
  readonly name: string;
  readonly reason: string;
}

/** A saved list. */
export interface SavedList {
  /** Epoch seconds. */
  readonly saved: number;
  readonly base: Environment;
  readonly processes: readonly SavedProcess[];
  /** Entries of the file that cannot be used; the others are not affected. */
  readonly damaged: readonly DamagedEntry[];
}

/** The file was written by a newer tsm, whose format is not known. */
export class NewerVersionError extends Error {
  override name = "NewerVersionError";
}

const listSchema = v.object({
  version: v.pipe(v.number(), v.integer(), v.minValue(1)),
  saved: v.number(),
  base: environmentSchema,
  processes: v.array(v.unknown()),
});

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

const processSchema = v.object({
  name: v.pipe(v.string(), v.check(isValidName, NAME_RULE)),
  tsm_id: v.pipe(v.number(), v.integer(), v.minValue(1)),
  restarts: count,
  stopped: v.boolean(),
  stopped_by: v.exactOptional(v.picklist(STOPPERS)),
  spec: v.record(v.string(), v.unknown()),
  environment: differenceSchema,
});

/** Puts a list into the text of a `saved.json`. */
export function formatSavedList(list: Omit<SavedList, "damaged">): string {
  const { saved, base, processes } = list;
  const entries = processes.map((process) => ({
    ...process,
    spec: JSON.parse(formatSpec(process.spec)),
  }));
  return `${
    JSON.stringify({ version: SAVED_VERSION, saved, base, processes: entries }, null, 2)
  }\n`;
}

/**
 * Reads the text of a `saved.json`. An entry that is damaged does not hide the
 * others.
 *
 * @throws {Deno.errors.InvalidData} if the text as a whole is damaged.
 * @throws {NewerVersionError} if a newer tsm wrote it.
 */
export function parseSavedList(text: string): SavedList {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Deno.errors.InvalidData(`not JSON: ${messageOf(error)}`);
  }
  const version = (value as { version?: unknown } | null)?.version;
  if (typeof version === "number" && version > SAVED_VERSION) {
    throw new NewerVersionError(
      `it has format version ${version}, this tsm knows up to ${SAVED_VERSION}; ` +
        "a newer tsm wrote it: use that one",
    );
  }
  const result = v.safeParse(listSchema, value);
  if (!result.success) throw new Deno.errors.InvalidData(describeIssues(result.issues));
  const { saved, base } = result.output;
  const processes = new Map<string, SavedProcess>();
  const damaged: DamagedEntry[] = [];
  for (const [index, entry] of result.output.processes.entries()) {
    try {
      const process = parseProcess(entry);
      if (processes.has(process.name)) throw new Deno.errors.InvalidData("it is listed twice");
      processes.set(process.name, process);
    } catch (error) {
      const named = (entry as { name?: unknown } | null)?.name;
      const name = typeof named === "string" ? named : `entry ${index + 1}`;
      damaged.push({ name, reason: `its saved entry is damaged: ${messageOf(error)}` });
    }
  }
  return { saved, base, processes: [...processes.values()], damaged };
}

function parseProcess(entry: unknown): SavedProcess {
  const result = v.safeParse(processSchema, entry);
  if (!result.success) throw new Deno.errors.InvalidData(describeIssues(result.issues));
  return { ...result.output, spec: checkSpec(result.output.spec) };
}
