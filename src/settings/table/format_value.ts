import { formatBytes, formatMilliseconds } from "../../units.ts";
import type { ValueType } from "./value_type.ts";

/**
 * Writes the value of a setting as people write it: `30s`, `300M`, `on`, `0,143`, `none`.
 * What has parts is written as JSON.
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
      return (value as readonly unknown[]).join(",") || "none";
    case "number":
    case "text":
    case "path":
    case "signal":
    case "choice":
      return String(value);
    case "command":
    case "variables":
    case "map":
    case "object":
    case "variant":
      return JSON.stringify(value);
  }
}
