import type { Part, ValueType } from "../../src/settings/table/value_type.ts";

/** Texts of which one fits every pattern that a setting has. */
const TEXTS = ["sample", "027", "http://127.0.0.1/"];

/** A value of a setting that is not its default. */
export function sampleOf({ type, default: standard }: Part): unknown {
  return type.kind === "switch" ? standard !== true : sampleOfType(type);
}

function sampleOfType(type: ValueType): unknown {
  switch (type.kind) {
    case "switch":
      return true;
    case "number":
    case "duration":
      return type.maximum;
    case "size":
      return 300 * 1024 ** 2;
    case "text":
      return TEXTS.find((text) =>
        (type.pattern?.test(text) ?? true) && type.problem?.(text) === undefined
      );
    case "path":
      return "/srv/sample";
    case "signal":
      return "SIGINT";
    case "choice":
      return type.words.at(-1);
    case "command":
      return ["node", "server.js"];
    case "variables":
      return { A: "1" };
    case "list":
      return type.isBareAlone ? [sampleOfType(type.of), "/srv/other"] : [sampleOfType(type.of)];
    case "map":
      return { [Object.keys(type.names ?? { db: "" })[0]!]: sampleOfType(type.of) };
    case "object":
      return samplesOf(type.parts);
    case "variant": {
      const [name, parts] = Object.entries(type.variants).at(-1)!;
      return { type: name, ...samplesOf(parts), ...samplesOf(type.common) };
    }
  }
}

function samplesOf(parts: Readonly<Record<string, Part>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(parts).map(([key, part]) => [key, sampleOf(part)]));
}
