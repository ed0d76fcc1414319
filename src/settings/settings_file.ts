/**
 * `settings.json`: what `tsm set` stored, a flat object from key to value.
 *
 * @module
 */
import * as v from "valibot";
import { messageOf } from "../errors.ts";
import { describeIssues } from "../files/describe_issues.ts";
import { readTextIfThere } from "../files/read_text.ts";
import { replaceFile } from "../files/replace_file.ts";
import type { SpecSettings } from "./table/settings_table.ts";
import type { RuntimeRoot } from "../root.ts";
import { findStoredSetting, type StoredSetting } from "./stored_settings.ts";
import { settingSchema } from "./value_schema.ts";

/** What the settings file says. */
export interface SettingsFile {
  /** Checked values of known keys. */
  readonly values: ReadonlyMap<string, unknown>;
  /** What in the file cannot be used, a sentence each. */
  readonly problems: readonly string[];
}

/**
 * Reads the settings that are stored. What cannot be used counts as not set.
 *
 * @throws whatever the file system says, but not for a missing file.
 *
 * @example
 * ```ts
 * import { runtimeRoot } from "../root.ts";
 * import { readSettings } from "./settings_file.ts";
 *
 * readSettings(runtimeRoot("/srv/tsm")).values.get("save.auto"); // true, or undefined
 * ```
 */
export function readSettings(root: RuntimeRoot): SettingsFile {
  const values = new Map<string, unknown>();
  const problems: string[] = [];
  let stored: Readonly<Record<string, unknown>>;
  try {
    stored = readObject(root);
  } catch (error) {
    if (!(error instanceof Deno.errors.InvalidData)) throw error;
    return { values, problems: [`${error.message}; using the defaults`] };
  }
  for (const [key, value] of Object.entries(stored)) {
    const setting = findStoredSetting(key);
    const issue = setting ? issueWith(setting, value) : "there is no such setting";
    if (issue === undefined) values.set(key, value);
    else problems.push(`${root.settingsJson}: '${key}' is ignored: ${issue}`);
  }
  return { values, problems };
}

/** The value of a setting: what is stored, else its default. */
export function settingValue(root: RuntimeRoot, key: string): unknown {
  const { values } = readSettings(root);
  return values.has(key) ? values.get(key) : findStoredSetting(key)?.default;
}

/** What is set for the specs of new processes. */
export function newProcessSettings(root: RuntimeRoot): Partial<SpecSettings> {
  const settings: Record<string, unknown> = {};
  for (const [key, value] of readSettings(root).values) {
    if (key.startsWith("default.")) settings[key.slice("default.".length)] = value;
  }
  return settings as Partial<SpecSettings>;
}

/**
 * Stores a setting.
 *
 * @throws {Deno.errors.NotFound} if there is no such setting.
 * @throws {Deno.errors.InvalidData} if the value does not fit, or the file is damaged.
 */
export function storeSetting(root: RuntimeRoot, key: string, value: unknown): void {
  const setting = findStoredSetting(key);
  if (!setting) throw new Deno.errors.NotFound(`Cannot set '${key}': there is no such setting`);
  const issue = issueWith(setting, value);
  if (issue !== undefined) {
    throw new Deno.errors.InvalidData(
      `Cannot set ${key} to ${JSON.stringify(value)}: ${issue}; 'tsm get --help' explains it`,
    );
  }
  writeObject(root, { ...readObject(root), [key]: value });
}

/** Why `value` cannot be stored as `key`; `undefined` if it can, or if there is no such key. */
export function settingIssue(key: string, value: unknown): string | undefined {
  const setting = findStoredSetting(key);
  return setting && issueWith(setting, value);
}

/**
 * Forgets a setting; a key of another version's is forgotten too.
 *
 * @returns whether it was stored.
 * @throws {Deno.errors.InvalidData} if the file is damaged.
 */
export function removeSetting(root: RuntimeRoot, key: string): boolean {
  const stored = readObject(root);
  if (!Object.hasOwn(stored, key)) return false;
  const { [key]: _, ...others } = stored;
  writeObject(root, others);
  return true;
}

function issueWith(setting: StoredSetting, value: unknown): string | undefined {
  const result = v.safeParse(settingSchema(setting), value);
  return result.success ? undefined : describeIssues(result.issues);
}

function readObject(root: RuntimeRoot): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(readTextIfThere(root.settingsJson) ?? "{}");
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new Deno.errors.InvalidData(
      `${root.settingsJson} is damaged: ${messageOf(error)}; correct or remove it`,
    );
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Deno.errors.InvalidData(
      `${root.settingsJson} is damaged: no JSON object; correct or remove it`,
    );
  }
  return value as Readonly<Record<string, unknown>>;
}

function writeObject(root: RuntimeRoot, value: Readonly<Record<string, unknown>>): void {
  const sorted = Object.fromEntries(Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1));
  replaceFile(root.settingsJson, `${JSON.stringify(sorted, null, 2)}\n`, { mode: 0o600 });
}
