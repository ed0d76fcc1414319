import type { Wanted } from "../../config/wanted.ts";
import { readSpec } from "../../meta/spec.ts";
import { isApart, SETTING_KEYS, SPEC_DEFAULTS } from "../../settings/table/settings_table.ts";
import { newProcessSettings } from "../../settings/settings_file.ts";
import { withStoredDefaults } from "../../meta/with_stored_defaults.ts";
import { readDifference } from "../../program/environment.ts";
import { joinWords } from "../../program/shell_words.ts";
import type { RuntimeRoot } from "../../root.ts";

/**
 * Says what a file has changed of a process: `command, max_memory, env.LOG_LEVEL`.
 *
 * @returns `undefined` where that cannot be told.
 */
export function describeChange(
  root: RuntimeRoot,
  { name, definition }: Wanted,
): string | undefined {
  try {
    const changes = [
      ...changedSettings(root, name, definition),
      ...changedVariables(root, name, definition.explicit),
    ];
    return changes.length > 0 ? changes.join(", ") : undefined;
  } catch {
    return undefined;
  }
}

function changedSettings(
  root: RuntimeRoot,
  name: string,
  { words, cwd, settings }: Wanted["definition"],
): string[] {
  const spec = readSpec(root, name);
  const isSameCommand = spec.command === joinWords(words) || spec.command === words[0]?.trim();
  const asked = {
    ...SPEC_DEFAULTS,
    ...withStoredDefaults(settings, newProcessSettings(root)),
  };
  return [
    ...isSameCommand ? [] : ["command"],
    ...spec.cwd === cwd ? [] : ["cwd"],
    ...SETTING_KEYS.filter((key) => !isApart(key) && !isSame(asked[key], spec[key])),
  ];
}

function changedVariables(
  root: RuntimeRoot,
  name: string,
  explicit: Readonly<Record<string, string>>,
): string[] {
  const { set, explicit: names = [] } = readDifference(root, name);
  const all = new Set([...names, ...Object.keys(explicit)]);
  return [...all].filter((key) => {
    const before = names.includes(key) ? set[key] : undefined;
    return before !== explicit[key];
  }).map((key) => `env.${key}`);
}

/** Whether two values of a setting are the same, in whatever order their parts stand. */
function isSame(a: unknown, b: unknown): boolean {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return a === b;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every((key) =>
    isSame((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key])
  );
}
