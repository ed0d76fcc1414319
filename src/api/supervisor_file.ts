/**
 * `supervisor.json`: where the running supervisor listens, and the token that
 * opens it. Only the owner may read it.
 *
 * @module
 */
import * as v from "valibot";
import { describeIssues } from "../files/describe_issues.ts";
import { readTextIfThere } from "../files/read_text.ts";
import { replaceFile } from "../files/replace_file.ts";
import type { RuntimeRoot } from "../root.ts";

const schema = v.object({
  pid: v.pipe(v.number(), v.integer(), v.minValue(1)),
  port: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65535)),
  token: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  version: v.string(),
  /** Epoch seconds. */
  started: v.number(),
});

/** Where a supervisor listens. */
export type SupervisorAddress = Readonly<v.InferOutput<typeof schema>>;

/**
 * Reads `supervisor.json`.
 *
 * @returns `undefined` if there is none: no supervisor is ready.
 * @throws {Deno.errors.InvalidData} if it is damaged.
 */
export function readSupervisorFile(root: RuntimeRoot): SupervisorAddress | undefined {
  const text = readTextIfThere(root.supervisorJson);
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Deno.errors.InvalidData(`${root.supervisorJson}: ${(error as Error).message}`);
  }
  const result = v.safeParse(schema, value);
  if (!result.success) {
    throw new Deno.errors.InvalidData(`${root.supervisorJson}: ${describeIssues(result.issues)}`);
  }
  return result.output;
}

/** Writes `supervisor.json`. */
export function writeSupervisorFile(root: RuntimeRoot, address: SupervisorAddress): void {
  replaceFile(root.supervisorJson, `${JSON.stringify(address, null, 2)}\n`, { mode: 0o600 });
}
