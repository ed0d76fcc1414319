/**
 * The files of supervisord, as its own parser reads them: Python's `RawConfigParser` with `;` and
 * `#` for comments, also behind a value where a blank stands before them.
 *
 * Format: https://docs.python.org/3/library/configparser.html#supported-ini-file-structure
 *
 * @module
 */

/** The options of a section by their names, in lower case. */
export type Section = Readonly<Record<string, string>>;

/** The sections of a file by their names, in their order. */
export type Sections = ReadonlyMap<string, Section>;

/** The section that gives its options to all others. */
export const DEFAULTS = "DEFAULT";

/**
 * Reads the text of a file.
 *
 * @param into What other files have said: a section that is there already gets more options.
 * @throws {Deno.errors.InvalidData} naming the line that is none of such a file.
 *
 * @example
 * ```ts
 * import { readIni } from "./ini.ts";
 *
 * readIni("[program:web]\ncommand = server ; the web\n").get("program:web"); // { command: "server" }
 * ```
 */
export function readIni(text: string, into: Sections = new Map()): Sections {
  const sections = new Map<string, Map<string, string[]>>(
    [...into].map(([name, options]) => [
      name,
      new Map(Object.entries(options).map(([key, value]) => [key, [value]])),
    ]),
  );
  let section: Map<string, string[]> | undefined;
  let value: string[] | undefined;
  let indent = 0;
  for (const [index, line] of text.replace(/^\ufeff/, "").split(/\r\n|\n|\r/).entries()) {
    const commentAt = commentIn(line);
    const own = line.slice(0, commentAt ?? line.length).trim();
    if (own === "") {
      // An empty line may belong to a value of several lines; a comment does not.
      if (commentAt === undefined) value?.push("");
      continue;
    }
    const depth = /\S/.exec(line)!.index;
    if (value !== undefined && depth > indent) {
      value.push(own);
      continue;
    }
    indent = depth;
    const [, header] = /^\[(.+)\]/.exec(own) ?? [];
    if (header !== undefined) {
      section = sections.get(header) ?? new Map();
      sections.set(header, section);
      value = undefined;
      continue;
    }
    if (section === undefined) throw atLine(index, "stands before the first [section]");
    const delimiter = own.search(/[=:]/);
    const key = own.slice(0, Math.max(0, delimiter)).trimEnd().toLowerCase();
    if (key === "") throw atLine(index, "is no 'option = value'");
    value = [own.slice(delimiter + 1).trimStart()];
    section.set(key, value);
  }
  return joined(sections);
}

/** Where the comment of a line begins, if it has one. */
function commentIn(line: string): number | undefined {
  if (/^\s*[#;]/.test(line)) return 0;
  const found = /(?:^|\s)[;#]/.exec(line);
  return found === null ? undefined : found.index + found[0].length - 1;
}

function joined(sections: ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>): Sections {
  const result = new Map<string, Section>();
  const defaults = sections.get(DEFAULTS) ?? new Map();
  for (const [name, options] of sections) {
    result.set(
      name,
      Object.fromEntries(
        [...defaults, ...options].map(([key, lines]) => [key, lines.join("\n").trimEnd()]),
      ),
    );
  }
  return result;
}

function atLine(index: number, problem: string): Error {
  return new Deno.errors.InvalidData(`line ${index + 1} ${problem}`);
}
