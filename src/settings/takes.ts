import { DAY, type ValueType } from "./table/value_type.ts";

/** Says what a setting takes, for messages and tables: "a whole number from 1 to 1000". */
export function takes(type: ValueType): string {
  switch (type.kind) {
    case "switch":
      return "true or false";
    case "number":
      return numberText(type);
    case "duration":
      return durationText(type);
    case "size":
      return `a size as "300M", "1.5G", or a number of bytes`;
    case "path":
      return "a path";
    case "signal":
      return `a signal as "SIGINT"`;
    case "choice":
      return type.booleans
        ? `true, false, ${quoted(type.words).join(", ")}`
        : `one of ${quoted([...type.words, ...type.or ? [type.or.example] : []]).join(", ")}`;
    case "command":
      return "a command line or a list of words";
    case "variables":
      return "an object of variables";
    case "text":
    case "list":
    case "map":
    case "object":
    case "variant":
      return type.what;
  }
}

function numberText(
  { what, minimum, maximum }: { what?: string; minimum: number; maximum: number },
): string {
  if (maximum === Number.MAX_SAFE_INTEGER) return `${what ?? "a whole number"} from ${minimum}`;
  return what === undefined
    ? `a whole number from ${minimum} to ${maximum}`
    : `${what}, ${minimum} to ${maximum}`;
}

function durationText({ minimum, maximum }: { minimum: number; maximum: number }): string {
  if (minimum > 1) return `a duration from ${minimum}ms to a day as "500ms", "30s", "10m"`;
  return maximum === DAY
    ? `a duration up to a day as "500ms", "30s", "10m"`
    : `a duration as "500ms", "30s", "10m", "7d"`;
}

function quoted(words: readonly string[]): readonly string[] {
  return words.map((word) => `"${word}"`);
}
