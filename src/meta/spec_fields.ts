/**
 * The fields of a `spec.json`, not checked: for those that need a few of them and do without the
 * library that checks all. `spec.ts` reads and checks the whole.
 *
 * @module
 */
import { readPlainText } from "../files/read_text.ts";
import { messageOf } from "../errors.ts";
import { processPaths, type RuntimeRoot } from "../root.ts";

/** The fields of a `spec.json`, as they stand there. */
export type SpecFields = Readonly<Record<string, unknown>>;

/**
 * Reads the text of a `spec.json`.
 *
 * @throws {Deno.errors.InvalidData} if it is no JSON object.
 */
export function parseSpecFields(json: string): SpecFields {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new Deno.errors.InvalidData(`not JSON: ${messageOf(error)}`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Deno.errors.InvalidData("not a JSON object");
  }
  return value as SpecFields;
}

/**
 * Reads the `spec.json` of the process `name`.
 *
 * @throws {Deno.errors.NotFound} if there is none.
 * @throws {Deno.errors.InvalidData} if it is no JSON object.
 */
export function readSpecFields(root: RuntimeRoot, name: string): SpecFields {
  return parseSpecFields(readPlainText(processPaths(root, name).spec));
}
