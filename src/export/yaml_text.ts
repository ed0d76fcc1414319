import { oneLine } from "../printable.ts";
import { isObject, type JsonObject } from "./merge_deep.ts";

/** A comment in front of a key. */
export interface YamlComment {
  /** The keys that lead to it, its own last. */
  readonly path: readonly string[];
  readonly text: string;
}

/** What is said beside the value. */
export interface YamlComments {
  /** Comments above all. */
  readonly head: readonly string[];
  readonly comments: readonly YamlComment[];
}

/** Texts that need no quotes: they begin as no number does. */
const PLAIN = /^(?:[A-Za-z/]|\.{1,2}\/)(?:[A-Za-z0-9_./@+=-]|:(?=[^\s:]))*$/;
/** Texts that YAML 1.1 or 1.2 takes for something else. */
const RESERVED = /^(?:y|n|yes|no|on|off|true|false|null)$/i;
/** What PyYAML and others refuse, or take for the end of a line, inside of quotes too. */
const UNSAFE_IN_QUOTES = /[\u007f-\u009f\u2028\u2029\ufeff]/g;

/**
 * Writes one document of YAML with comments, so that parsers of YAML 1.1 (PyYAML, Go's) and of 1.2
 * read the same: a text that either could take for something else is in quotes, as JSON has it.
 *
 * A library is not used here: `@std/yaml` writes no comments, and npm's `yaml` cannot be bundled,
 * for its build for Node requires modules at run time.
 *
 * Format: yaml.org/spec/1.2.2; JSON's texts are texts of YAML in double quotes.
 */
export function yamlText(value: JsonObject, { head, comments }: YamlComments): string {
  const above = Map.groupBy(comments, ({ path }) => JSON.stringify(path));
  const commentLines = (path: readonly string[], indent: string) =>
    (above.get(JSON.stringify(path)) ?? []).map(({ text }) => `${indent}# ${oneLine(text)}`);

  /** The lines of a value that stands at `path`. */
  function linesOf(value: unknown, path: readonly string[], indent: string): readonly string[] {
    if (Array.isArray(value) && value.length > 0) {
      return value.flatMap((item) => {
        const [first = "", ...others] = linesOf(item, path, `${indent}  `);
        return [`${indent}- ${first.trimStart()}`, ...others];
      });
    }
    if (isObject(value) && Object.keys(value).length > 0) {
      return Object.entries(value).flatMap(([key, item]) => {
        const way = [...path, key];
        const isNested = typeof item === "object" && item !== null &&
          Object.keys(item).length > 0;
        const name = `${indent}${textOf(key)}:`;
        return [
          ...commentLines(way, indent),
          ...isNested
            ? [name, ...linesOf(item, way, `${indent}  `)]
            : [`${name} ${linesOf(item, way, "")[0]}`],
        ];
      });
    }
    return [`${indent}${typeof value === "string" ? textOf(value) : JSON.stringify(value)}`];
  }

  const lines = [...head.map((line) => `# ${oneLine(line)}`), ...linesOf(value, [], "")];
  return `${lines.join("\n")}\n`;
}

function textOf(text: string): string {
  if (PLAIN.test(text) && !RESERVED.test(text)) return text;
  return JSON.stringify(text).replace(
    UNSAFE_IN_QUOTES,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
