import { type UserAccount, userPrefix } from "../process/linux/user_account.ts";
import { readPlainText } from "../files/read_text.ts";

/** One variable of an env file, as it is written there. */
export interface EnvEntry {
  readonly name: string;
  readonly text: string;
  /** In single quotes or backticks: nothing in it is ever expanded. */
  readonly isLiteral: boolean;
  /** Where it stands, for messages: `.env:3`. */
  readonly where: string;
}

/**
 * Reads the text of an env file, as `node --env-file` does: `KEY=value`, `export KEY="value"`,
 * comments. A `#` ends a value that has no quotes. In double quotes `\n` is a line break, all else
 * is literal, as it is in single quotes and backticks; quoted values may span lines. Nothing is
 * expanded here, and nothing ever evaluated. What Node passes over in silence is refused: a line without `=`, a quote
 * that is never closed, words behind a closing quote.
 *
 * Source: nodejs.org/api/environment_variables.html, "DotEnv".
 *
 * @param path Named in messages.
 * @throws {Deno.errors.InvalidData} naming the line that does not parse.
 *
 * @example
 * ```ts
 * import { parseEnvFile } from "./env_file.ts";
 *
 * const [entry] = parseEnvFile('export GREETING="hello world" # a comment\n', ".env");
 * console.log(entry.name, entry.text); // GREETING hello world
 * ```
 */
export function parseEnvFile(text: string, path: string): readonly EnvEntry[] {
  const entries: EnvEntry[] = [];
  const source = text.replace(/^\uFEFF/, "").replaceAll("\r", "");
  const entry = /[^\S\n]*(?:export[^\S\n]+)?([A-Za-z_][A-Za-z0-9_.-]*)[^\S\n]*=[^\S\n]*/y;
  let line = 1;
  for (let at = 0, counted = 0; at < source.length;) {
    const blank = /[^\S\n]*(?:#[^\n]*)?(?:\n|$)/y;
    blank.lastIndex = at;
    if (blank.test(source)) {
      at = blank.lastIndex;
      continue;
    }
    entry.lastIndex = at;
    const name = entry.exec(source)?.[1];
    if (name === undefined) {
      throw new Deno.errors.InvalidData(
        `${path}:${lineOf(source, at)}: expected KEY=value, found ${
          JSON.stringify(restOfLine(source, at))
        }`,
      );
    }
    const start = entry.lastIndex;
    const value = quotedValue(source, start, path) ?? plainValue(source, start);
    if (value.text.includes("\0")) {
      throw new Deno.errors.InvalidData(`${path}:${lineOf(source, at)}: holds a NUL character`);
    }
    line += source.slice(counted, at).split("\n").length - 1;
    counted = at;
    const { text, isLiteral } = value;
    entries.push({ name, text, isLiteral, where: `${path}:${line}` });
    at = value.end;
  }
  return entries;
}

/**
 * Reads the env file at `path`.
 *
 * @throws {Deno.errors.NotFound} if there is none, {@linkcode Deno.errors.InvalidData} if
 * it does not parse.
 */
export function readEnvFile(path: string): readonly EnvEntry[] {
  let text: string;
  try {
    text = readPlainText(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      throw new Deno.errors.NotFound(`the env file '${path}' does not exist`);
    }
    throw new Deno.errors.InvalidData(
      `the env file '${path}' cannot be read: ${(error as Error).message}`,
    );
  }
  return parseEnvFile(text, path);
}

/**
 * Reads the env file at `path` as `user`: what that user may not read is not read for it either,
 * wherever a link leads. A fifo that is put in the file's place keeps nobody waiting.
 *
 * @throws {Deno.errors.NotFound} if there is none.
 * @throws {Deno.errors.InvalidData} if that user cannot read it, or it does not parse.
 */
export async function readEnvFileAs(
  user: UserAccount,
  path: string,
): Promise<readonly EnvEntry[]> {
  const script = `
[ -e "$1" ] || exit 3
[ -f "$1" ] || exit 4
exec dd if="$1" iflag=nonblock,fullblock bs=65536 count=17 status=none`;
  const { code, stdout } = await new Deno.Command("/usr/bin/env", {
    args: [...userPrefix(user), "/bin/sh", "-c", script, "sh", path],
    cwd: "/",
    env: { PATH: "/usr/bin:/bin" },
    clearEnv: true,
    stdin: "null",
    stderr: "null",
  }).output();
  if (code === 3) throw new Deno.errors.NotFound(`the env file '${path}' does not exist`);
  const problem = code === 4
    ? "it is not a plain file"
    : code !== 0
    ? `user '${user.name}' may not read it`
    : stdout.length > 1024 * 1024
    ? "it has more than a megabyte"
    : undefined;
  if (problem === undefined) return parseEnvFile(new TextDecoder().decode(stdout), path);
  throw new Deno.errors.InvalidData(`the env file '${path}' cannot be read: ${problem}`);
}

interface Value {
  readonly text: string;
  readonly isLiteral: boolean;
  /** Where the next entry begins. */
  readonly end: number;
}

function quotedValue(source: string, start: number, path: string): Value | undefined {
  const quote = source[start];
  if (quote !== '"' && quote !== "'" && quote !== "`") return undefined;
  const end = source.indexOf(quote, start + 1);
  if (end === -1) {
    throw new Deno.errors.InvalidData(
      `${path}:${lineOf(source, start)}: the quote ${quote} is never closed`,
    );
  }
  const inner = source.slice(start + 1, end);
  const rest = /[^\S\n]*(?:#[^\n]*)?(?:\n|$)/y;
  rest.lastIndex = end + 1;
  if (!rest.test(source)) {
    throw new Deno.errors.InvalidData(
      `${path}:${lineOf(source, end)}: nothing but a comment may follow the closing quote, found ${
        JSON.stringify(restOfLine(source, end + 1))
      }`,
    );
  }
  const isLiteral = quote !== '"';
  const shown = isLiteral ? inner : inner.replaceAll("\\n", "\n");
  return { text: shown, isLiteral, end: rest.lastIndex };
}

function plainValue(source: string, start: number): Value {
  const newline = source.indexOf("\n", start);
  const end = newline === -1 ? source.length : newline;
  const line = source.slice(start, end);
  const [text = ""] = line.split("#", 1);
  return { text: text.trim(), isLiteral: false, end: end + 1 };
}

function lineOf(source: string, at: number): number {
  return source.slice(0, at).split("\n").length;
}

function restOfLine(source: string, at: number): string {
  const line = source.slice(at).split("\n", 1)[0] ?? "";
  return line.length > 60 ? `${line.slice(0, 60)}…` : line;
}
