import { formatBytes, formatMilliseconds } from "../../units.ts";
import { partsOf } from "./parts.ts";
import type { MapType, ValueType } from "./value_type.ts";

/**
 * Writes the value of a setting as people write it: `30s`, `300M`, `on`, `0,143`, `none`.
 * What has parts is written as `key=value` for each, `none` without any.
 *
 * @example
 * ```ts
 * import { DAY } from "./value_type.ts";
 * import { formatValue } from "./format_value.ts";
 *
 * formatValue({ kind: "duration", minimum: 0, maximum: DAY }, 1500); // "1500ms"
 * ```
 */
export function formatValue(type: ValueType, value: unknown): string {
  if (value === null) return "none";
  switch (type.kind) {
    case "switch":
      return value === true ? "on" : "off";
    case "duration":
      return formatMilliseconds(value as number);
    case "size":
      return formatBytes(value as number);
    case "list":
      return [value].flat().join(",") || "none";
    case "number":
    case "text":
    case "path":
    case "signal":
    case "choice":
      return String(value);
    case "command":
      return JSON.stringify(value);
    case "variables":
      return formatPairs(Object.entries(value as object), String);
    case "map":
      return formatPairs(Object.entries(value as object), (item) => formatMapValue(type, item));
    case "object":
    case "variant": {
      const parts = partsOf(type);
      return formatPairs(
        Object.entries(value as object),
        (item, key) =>
          Object.hasOwn(parts, key) ? formatValue(parts[key]!.type, item) : String(item),
      );
    }
  }
}

/**
 * Writes one entry of a map as its flag takes it: `db:healthy`, `db:healthy,restart`,
 * `crash=logger -t api`.
 */
export function formatMapFlag({ of, details }: MapType, name: string, value: unknown): string {
  if (of.kind === "text") return `${name}=${value}`;
  if (details === undefined || typeof value !== "object" || value === null) {
    return `${name}:${value}`;
  }
  const { [details.key]: word, ...said } = value as Readonly<Record<string, unknown>>;
  const switches = Object.keys(said).filter((key) => said[key] === true);
  return [`${name}:${word}`, ...switches].join(",");
}

/** The value itself, and behind it what else is said of it: `healthy,restart=on`. */
function formatMapValue({ of, details }: MapType, value: unknown): string {
  if (details === undefined || typeof value !== "object" || value === null) {
    return formatValue(of, value);
  }
  const { key, parts } = details;
  return Object.entries(value).map(([name, part]) =>
    name === key ? formatValue(of, part) : `${name}=${formatValue(parts[name]!.type, part)}`
  ).join(",");
}

/** What has no value is left out. */
function formatPairs(
  pairs: readonly (readonly [key: string, value: unknown])[],
  format: (value: unknown, key: string) => string,
): string {
  const given = pairs.filter(([, value]) => value !== null && value !== undefined);
  return given.map(([key, value]) => `${key}=${quoted(format(value, key))}`).join(" ") || "none";
}

function quoted(text: string): string {
  return /\s|^$/.test(text) ? JSON.stringify(text) : text;
}
