/**
 * What `tsm set` stores, as people write and read it: `10s`, `300M`, `on`, `0,3`, `none`.
 *
 * @module
 */
import { formatValue } from "../../settings/table/format_value.ts";
import {
  findStoredSetting,
  STORED_SETTINGS,
  type StoredSetting,
} from "../../settings/stored_settings.ts";
import { nearest } from "../../nearest.ts";
import { parseValue } from "./parse_value.ts";
import { workingDirectory } from "./working_directory.ts";

/**
 * Finds what is stored as `key`.
 *
 * @param action What is asked, for messages.
 * @throws {Deno.errors.InvalidData} naming the nearest one, if there is none.
 */
export function requireSetting(action: string, key: string): StoredSetting {
  const setting = findStoredSetting(key);
  if (setting) return setting;
  const keys = STORED_SETTINGS.map((known) => known.key);
  const meant = keys.find((known) => known.endsWith(`.${key}`)) ?? nearest(key, keys);
  const hint = meant ? `did you mean ${meant}? ` : "";
  throw new Deno.errors.InvalidData(
    `Cannot ${action} '${key}': there is no such setting; ${hint}'tsm get --help' lists them`,
  );
}

/**
 * Reads the value of a setting as the user wrote it.
 *
 * @throws {Deno.errors.InvalidData} if it is no value of its kind.
 */
export function parseSettingText(setting: StoredSetting, text: string): unknown {
  if (/^(none|null)$/.test(text) && setting.default === null) return null;
  return parseValue(setting.type, text, { what: setting.key, dir: workingDirectory() });
}

/** Writes the value of a setting as the user may write it. */
export function formatSettingValue({ type }: StoredSetting, value: unknown): string {
  return formatValue(type, value);
}

/** The table of all settings, for `tsm get --help`. */
export function describeSettings(): string {
  const rows = STORED_SETTINGS.map((setting) => [
    setting.key,
    setting.type.kind,
    formatSettingValue(setting, setting.default),
    setting.help,
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ").trimEnd()}`
  ).join("\n");
}
