/**
 * Settings as people write and read them: `10s`, `300M`, `on`, `0,3`, `none`.
 *
 * @module
 */
import { findSetting, type Setting, SETTINGS } from "../../settings/setting_table.ts";
import { nearest } from "../../nearest.ts";
import { formatSize } from "../output/size.ts";
import { parseDuration } from "./parse_duration.ts";
import { parseSize } from "./parse_size.ts";

/**
 * Finds the setting `key`.
 *
 * @param action What is asked, for messages.
 * @throws {Deno.errors.InvalidData} naming the nearest one, if there is none.
 */
export function requireSetting(action: string, key: string): Setting {
  const setting = findSetting(key);
  if (setting) return setting;
  const keys = SETTINGS.map((known) => known.key);
  const meant = nearest(key, keys) ?? keys.find((known) => known.endsWith(`.${key}`));
  const hint = meant ? `did you mean ${meant}? ` : "";
  throw new Deno.errors.InvalidData(
    `Cannot ${action} '${key}': there is no such setting; ${hint}'tsm get --help' lists them`,
  );
}

/**
 * Reads the value of a setting as the user wrote it.
 *
 * @throws {Deno.errors.InvalidData} if it is no value of that kind.
 */
export function parseSettingText(setting: Setting, text: string): unknown {
  const { key, kind } = setting;
  if (/^(none|null)$/.test(text) && setting.standard === null) return null;
  if (kind === "duration") return parseDuration(text, key);
  if (kind === "size") return parseSize(text, key);
  if (kind === "text") return text;
  if (kind === "switch") {
    if (/^(on|true|yes|1)$/i.test(text)) return true;
    if (/^(off|false|no|0)$/i.test(text)) return false;
    throw refusal(setting, text, "it is on or off");
  }
  const numbers = kind === "numbers" && text === "" ? [] : text.split(",").map(Number);
  if (numbers.some(Number.isNaN) || /(^|,)\s*(,|$)/.test(kind === "number" ? text : text || "0")) {
    throw refusal(setting, text, kind === "numbers" ? "it takes numbers, as in 0,3" : "no number");
  }
  if (kind === "numbers") return numbers;
  if (numbers.length > 1) throw refusal(setting, text, "it takes one number");
  return numbers[0];
}

/** Writes the value of a setting as the user may write it. */
export function formatSettingValue({ kind }: Setting, value: unknown): string {
  if (value === null) return "none";
  if (kind === "switch") return value ? "on" : "off";
  if (kind === "numbers") return (value as number[]).join(",") || "none";
  if (kind === "duration") {
    const millis = value as number;
    return millis % 1000 === 0 ? `${millis / 1000}s` : `${millis}ms`;
  }
  if (kind === "size") {
    const shown = formatSize(value as number);
    return parseSize(shown, "a size") === value ? shown : String(value);
  }
  return String(value);
}

/** The table of all settings, for `tsm get --help`. */
export function describeSettings(): string {
  const rows = SETTINGS.map((setting) => [
    setting.key,
    setting.kind,
    formatSettingValue(setting, setting.standard),
    setting.help,
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ").trimEnd()}`
  ).join("\n");
}

function refusal({ key }: Setting, text: string, rule: string): Error {
  return new Deno.errors.InvalidData(
    `Cannot set ${key} to ${JSON.stringify(text)}: ${rule}; 'tsm get --help' explains it`,
  );
}
