/**
 * The `.meta` of the old tsm: shell assignments, read as data and never evaluated.
 *
 * @module
 */

/** What a `.meta` says, as far as it says it. */
export interface OldMeta {
  readonly tsm_id: number | null;
  readonly pid: number | null;
  readonly port: number | null;
  /** Whether it says `port=none`. */
  readonly portless: boolean;
  readonly start_time: number | null;
  readonly restarts: number;
  /** The command line, or the script alone. */
  readonly command: string | null;
  /** Whether `command` is only a script, without what runs it. */
  readonly isScript: boolean;
  readonly cwd: string | null;
  readonly interpreter: string | null;
  readonly type: string | null;
  readonly env_file: string | null;
}

const KNOWN =
  "tsm_id|name|pid|command|script|port|start_time|restart_count|start_dir|cwd|env_file|type|interpreter";

/**
 * Reads the text of a `.meta` in either form: shell assignments on one line, or a line each.
 * Unknown fields are skipped.
 *
 * @throws {Deno.errors.InvalidData} if it holds no field, or a quote is never closed.
 */
export function parseOldMeta(text: string): OldMeta {
  const fields = parseAssignments(text);
  if (![...fields.keys()].some((key) => new RegExp(`^(${KNOWN})$`).test(key))) {
    throw new Deno.errors.InvalidData("holds none of the fields of a .meta file");
  }
  const string = (key: string) => fields.get(key)?.replaceAll("\0", "") || null;
  const number = (key: string, maximum = Number.MAX_SAFE_INTEGER) => {
    const value = string(key);
    const isNumber = value !== null && /^[0-9]{1,16}$/.test(value);
    return isNumber && Number(value) >= 1 && Number(value) <= maximum ? Number(value) : null;
  };
  const command = string("command");
  return {
    tsm_id: number("tsm_id", 1_000_000),
    pid: number("pid", 2 ** 31),
    port: number("port", 65535),
    portless: string("port") === "none",
    start_time: number("start_time", 10_000_000_000),
    restarts: number("restart_count", 1_000_000_000) ?? 0,
    command: command ?? string("script"),
    isScript: command === null,
    cwd: string("cwd") ?? string("start_dir"),
    interpreter: string("interpreter"),
    type: string("type"),
    env_file: string("env_file"),
  };
}

/**
 * Reads shell assignments without evaluating anything: quotes and backslashes are
 * undone, `$` and backticks mean themselves. A bare value with blanks, which no
 * shell would read so, goes on to the next field or the end of its line.
 *
 * @throws {Deno.errors.InvalidData} if a quote is never closed.
 */
function parseAssignments(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  const source = text.replaceAll("\r\n", "\n");
  const key = /\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=/y;
  for (let at = 0; at < source.length;) {
    key.lastIndex = at;
    const name = key.exec(source)?.[1];
    if (name === undefined) {
      // No assignment, a comment perhaps: the rest of the line is skipped.
      const newline = source.indexOf("\n", at + 1);
      at = newline === -1 ? source.length : newline;
      continue;
    }
    const value = readValue(source, key.lastIndex);
    fields.set(name, value.text);
    at = value.end;
  }
  return fields;
}

const VALUE_ENDS = /\n|\s+[a-z_]+=|\s*$/y;

function readValue(source: string, start: number): { text: string; end: number } {
  let text = "";
  let wasQuoted = false;
  for (let at = start;;) {
    VALUE_ENDS.lastIndex = at;
    const char = source[at];
    const ends = char === undefined || VALUE_ENDS.test(source) || (wasQuoted && /\s/.test(char));
    if (ends) return { text, end: at };
    wasQuoted = char === "'" || char === '"';
    if (char === "'" || char === '"') {
      const quoted = char === "'" ? /'([^']*)'/y : /"((?:[^"\\]|\\[^])*)"/y;
      quoted.lastIndex = at;
      const match = quoted.exec(source);
      if (!match) throw new Deno.errors.InvalidData(`the quote ${char} is never closed`);
      text += char === "'" ? match[1]! : match[1]!.replace(/\\(["\\$`])/g, "$1");
      at = quoted.lastIndex;
    } else if (char === "\\" && at + 1 < source.length) {
      text += source[at + 1];
      at += 2;
    } else {
      text += char;
      at++;
    }
  }
}
