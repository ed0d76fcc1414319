/**
 * Values as PM2 takes them: numbers may be texts, durations without a unit are milliseconds.
 *
 * @module
 */
import { splitWords } from "../program/shell_words.ts";
import { takes } from "../settings/takes.ts";
import type { ValueType } from "../settings/table/value_type.ts";
import { toBytes, toMilliseconds } from "../units.ts";

/** What a value of PM2's is here; or, if it is no right one, what that looks like. */
export type Converted = { readonly value: unknown } | { readonly expected: string };

/**
 * The value of a setting of this kind that a value of PM2's stands for.
 *
 * @example
 * ```ts
 * import { convertPm2Value } from "./pm2_value.ts";
 *
 * convertPm2Value({ kind: "size" }, "300M"); // { value: 314572800 }
 * convertPm2Value({ kind: "size" }, "much"); // { expected: "a size as '300M'" }
 * ```
 */
export function convertPm2Value(type: ValueType, value: unknown): Converted {
  switch (type.kind) {
    case "switch":
      return { value: isOn(value) };
    case "number": {
      const number = numberOf(value);
      const fits = number !== undefined && Number.isInteger(number) &&
        number >= type.minimum && number <= type.maximum;
      return fits ? { value: number } : { expected: takes(type) };
    }
    case "duration": {
      const milliseconds = isTextOrNumber(value) ? toMilliseconds(String(value), "ms") : undefined;
      return milliseconds !== undefined && milliseconds <= type.maximum
        ? { value: milliseconds }
        : { expected: "a time in milliseconds, a day at most" };
    }
    case "size": {
      const bytes = isTextOrNumber(value) ? toBytes(String(value)) : undefined;
      return bytes === undefined ? { expected: "a size as '300M'" } : { value: bytes };
    }
    case "text": {
      const { what, pattern, problem } = type;
      const text = isTextOrNumber(value) ? String(value) : "";
      const fits = text !== "" && (pattern?.test(text) ?? true) && problem?.(text) === undefined;
      return fits ? { value: text } : { expected: what };
    }
    case "choice":
      return type.booleans
        ? { value: isOn(value) ? type.booleans.true : type.booleans.false }
        : { expected: takes(type) };
    case "path":
      return typeof value === "string" && value !== "" ? { value } : { expected: takes(type) };
    case "list": {
      const items = [value].flat().map((item) => convertPm2Value(type.of, item));
      const values = items.flatMap((item) => "value" in item ? [item.value] : []);
      return values.length === items.length ? { value: values } : { expected: type.what };
    }
    case "command": {
      const words = wordsOf(value);
      return words ? { value: words } : { expected: "a text or a list of texts" };
    }
    case "variables": {
      const variables = variablesOf(value);
      return variables ? { value: variables } : { expected: takes(type) };
    }
    // PM2 has nothing of these kinds.
    case "signal":
    case "map":
    case "object":
    case "variant":
      return { expected: takes(type) };
  }
}

/** How many processes so many `instances` are: 0 is one for each CPU, -1 one less than that. */
export function processCount(instances: number): number {
  return instances > 0 ? instances : Math.max(1, navigator.hardwareConcurrency + instances);
}

/** Whether a value asks for something. */
export function isOn(value: unknown): boolean {
  return Boolean(value) && value !== "false" && !(Array.isArray(value) && value.length === 0);
}

/** A number, or a text that is one. */
export function numberOf(value: unknown): number | undefined {
  const number = isTextOrNumber(value) && value !== "" ? Number(value) : NaN;
  return Number.isFinite(number) ? number : undefined;
}

/** Words: a list of them, or a text that a shell would split. */
export function wordsOf(value: unknown): readonly string[] | undefined {
  if (Array.isArray(value)) return value.every(isTextOrNumber) ? value.map(String) : undefined;
  if (typeof value !== "string") return undefined;
  return splitWords(value) ?? value.split(/\s+/).filter(Boolean);
}

/** Variables as PM2 hands them over: an object is written as JSON, `null` as "null". */
export function variablesOf(value: unknown): Record<string, string> | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const entries = Object.entries(value)
    .filter(([name, given]) => given !== undefined && /^[^=\0]+$/.test(name))
    .map((
      [name, given],
    ) => [name, typeof given === "object" && given !== null ? JSON.stringify(given) : `${given}`]);
  return Object.fromEntries(entries);
}

/** The port that a variable `PORT` names. */
export function portFrom(environment: Readonly<Record<string, string>>): number | undefined {
  const text = environment["PORT"] ?? "";
  const port = Number(text);
  return /^[0-9]{1,5}$/.test(text) && port >= 1 && port <= 65535 ? port : undefined;
}

export function isTextOrNumber(value: unknown): value is string | number {
  return typeof value === "string" || typeof value === "number";
}
