/**
 * `spec.json`: what to run and by which policy. Written when a process is
 * started by a user, not when it is restarted.
 *
 * Format: `command`, `argv` and `cwd`, then every setting that differs from its
 * default. Durations are milliseconds.
 *
 * @module
 */
import * as v from "valibot";
import { describeIssues } from "../files/describe_issues.ts";
import { replaceFile } from "../files/replace_file.ts";
import { processPaths, type RuntimeRoot } from "../root.ts";
import { SPEC_DEFAULTS, type SpecSettings } from "../settings/table/settings_table.ts";
import { specSettings, text } from "../settings/value_schema.ts";
import { parseSpecFields, readSpecFields, type SpecFields } from "./spec_fields.ts";

/** The check of a spec with all its settings. */
export const specSchema: v.GenericSchema<unknown, Spec> = v.object({
  command: text,
  argv: v.pipe(v.array(text), v.minLength(1), v.maxLength(4096)),
  cwd: v.pipe(text, v.startsWith("/")),
  ...specSettings,
});

/** What to run and by which policy. */
export interface Spec extends SpecSettings {
  /** As the user gave it. */
  readonly command: string;
  /** What is executed. */
  readonly argv: readonly string[];
  /** Absolute. */
  readonly cwd: string;
}

/**
 * Checks a spec, its settings completed from the defaults.
 *
 * @throws {Deno.errors.InvalidData} saying which field is wrong.
 */
export function checkSpec(value: SpecFields): Spec {
  const result = v.safeParse(specSchema, { ...SPEC_DEFAULTS, ...value });
  if (!result.success) throw new Deno.errors.InvalidData(describeIssues(result.issues));
  return result.output;
}

/**
 * Reads the text of a `spec.json`.
 *
 * @throws {Deno.errors.InvalidData} saying what is wrong.
 */
export function parseSpec(json: string): Spec {
  return checkSpec(parseSpecFields(json));
}

/** What `meta.json` has as `env_file`: one path, of several the last, which prevails. */
export function envFileInMeta({ env_file }: Pick<Spec, "env_file">): string | null {
  if (env_file === null || typeof env_file === "string") return env_file;
  return env_file.at(-1) ?? null;
}

/** The settings of `spec` that differ from their defaults. */
export function changedSettings(spec: Spec): Partial<SpecSettings> {
  const changed: Record<string, unknown> = {};
  for (const [key, standard] of Object.entries(SPEC_DEFAULTS)) {
    const value = spec[key as keyof SpecSettings];
    if (JSON.stringify(value) !== JSON.stringify(standard)) changed[key] = value;
  }
  return changed;
}

/** Puts `spec` into the text of a `spec.json`. */
export function formatSpec(spec: Spec): string {
  const { command, argv, cwd } = spec;
  return `${JSON.stringify({ command, argv, cwd, ...changedSettings(spec) }, null, 2)}\n`;
}

/**
 * Reads the `spec.json` of the process `name`.
 *
 * @throws {Deno.errors.NotFound} if there is none.
 * @throws {Deno.errors.InvalidData} if it is damaged.
 */
export function readSpec(root: RuntimeRoot, name: string): Spec {
  return checkSpec(readSpecFields(root, name));
}

/** Writes the `spec.json` of the process `name`; only the owner may read it. */
export function writeSpec(root: RuntimeRoot, name: string, spec: Spec): void {
  replaceFile(processPaths(root, name).spec, formatSpec(spec), { mode: 0o600 });
}
