import { basename, dirname, globToRegExp, isAbsolute, join, resolve } from "@std/path/posix";
import { withContext } from "../errors.ts";
import { readPlainText } from "../files/read_text.ts";
import { readIni, type Section, type Sections } from "./ini.ts";
import { withoutMarks } from "./variable_mark.ts";

/** What the files of a configuration say together. */
export interface Files {
  /** The first one, absolute. */
  readonly path: string;
  /** The directory of the first one. */
  readonly here: string;
  readonly sections: Sections;
  /** Which file a section comes from. */
  readonly fileOf: ReadonlyMap<string, string>;
  /** Patterns of `[include]` that no file fits. */
  readonly missing: readonly string[];
}

/** More files than these are no configuration. */
const MAX_FILES = 10_000;

/**
 * Reads a configuration of supervisord with the files that it includes. Included files include no
 * others, as there.
 *
 * @param path Absolute.
 * @param expandFiles Puts values into the patterns of `[include]`.
 * @throws {Deno.errors.NotFound} if there is no such file.
 * @throws {Deno.errors.InvalidData} if one of them cannot be read.
 */
export function readFiles(
  path: string,
  expandFiles: (patterns: string, here: string) => string,
): Files {
  const here = dirname(path);
  const fileOf = new Map<string, string>();
  let sections = readOne(path, new Map(), fileOf);
  const missing: string[] = [];
  const patterns = sections.get("include")?.["files"];
  for (const pattern of expandFiles(patterns ?? "", here).split(/\s+/).filter(Boolean)) {
    const found = filesLike(isAbsolute(pattern) ? pattern : join(here, pattern));
    if (found.length === 0) missing.push(pattern);
    for (const file of found) sections = readOne(file, sections, fileOf);
    if (fileOf.size > MAX_FILES) throw new Deno.errors.InvalidData("it includes too many files");
  }
  return { path, here, sections, fileOf, missing };
}

function readOne(path: string, into: Sections, fileOf: Map<string, string>): Sections {
  let sections: Sections;
  try {
    sections = readIni(withoutMarks(readPlainText(path)), into);
  } catch (error) {
    throw withContext(`Cannot import '${path}'`, error);
  }
  // As supervisord does it: in each file it is the directory of that one.
  const here = dirname(path);
  const placed = [...sections].map(([name, options]): [string, Section] => {
    if (!fileOf.has(name)) fileOf.set(name, path);
    const entries = Object.entries(options);
    return [
      name,
      Object.fromEntries(entries.map(([key, text]) => [key, text.replaceAll("%(here)s", here)])),
    ];
  });
  return new Map(placed);
}

/** The files that a pattern means, in their order: `*`, `?` and `[…]` in any part of the path. */
function filesLike(pattern: string): readonly string[] {
  const parts = resolve(pattern).split("/").filter(Boolean);
  const paths = parts.reduce<readonly string[]>((found, part) => {
    if (!/[*?[]/.test(part)) return found.map((dir) => join(dir, part));
    const expected = globToRegExp(part, { globstar: false, extended: false });
    return found.flatMap((dir) =>
      entriesOf(dir)
        .filter((name) => expected.test(name) && (part.startsWith(".") || !name.startsWith(".")))
        .map((name) => join(dir, name))
    );
  }, ["/"]);
  return paths.filter(isFileThere).toSorted();
}

function entriesOf(dir: string): readonly string[] {
  try {
    return [...Deno.readDirSync(dir)].map(({ name }) => name);
  } catch {
    // No directory, or not ours to read: no file there fits.
    return [];
  }
}

function isFileThere(path: string): boolean {
  try {
    return Deno.statSync(path).isFile && basename(path) !== "";
  } catch {
    return false;
  }
}
