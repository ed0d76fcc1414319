/**
 * The files of the old tsm: where they are, and what they say. Their values are
 * data; nothing is evaluated.
 *
 * @module
 */
import type { Environment } from "../process/environment.ts";
import type { RuntimeRoot } from "../root.ts";

/** The files of one process of the old layout, those of them that are there. */
export interface OldFiles {
  readonly name: string;
  readonly meta?: string;
  readonly env?: string;
  readonly out?: string;
  readonly err?: string;
  /** Where its pid file is, if it has one. */
  readonly pid: string;
}

/**
 * Finds the processes of the old layout: those with a `.meta`, an `.env` or a
 * log. A pid file alone says too little: the number may be anybody's by now.
 */
export function findOldFiles(root: RuntimeRoot): readonly OldFiles[] {
  const found = new Map<string, Record<string, string>>();
  const collect = (dir: string, kinds: readonly string[]) => {
    for (const { name: file, isDirectory } of entriesOf(dir)) {
      const kind = kinds.find((kind) => file.endsWith(`.${kind}`));
      if (isDirectory || kind === undefined || file.startsWith(".")) continue;
      const name = file.slice(0, -kind.length - 1);
      found.set(name, { ...found.get(name), [kind]: `${dir}/${file}` });
    }
  };
  collect(root.processes, ["meta", "env"]);
  collect(root.oldLogs, ["out", "err"]);
  return [...found].sort(byEnvironment).map(([name, files]) => ({
    ...files,
    name,
    pid: `${root.pids}/${name}.pid`,
  }));
}

type Found = readonly [name: string, files: Readonly<Record<string, string>>];

/** Those with a snapshot of their environment first: the first one becomes the base of all. */
function byEnvironment([a, { env: first }]: Found, [b, { env: second }]: Found): number {
  if ((first === undefined) !== (second === undefined)) return first === undefined ? 1 : -1;
  return a < b ? -1 : 1;
}

/** What a `.meta` says, as far as it says it. */
export interface OldMeta {
  readonly tsm_id: number | null;
  readonly pid: number | null;
  readonly port: number | null;
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
 * Reads the text of a `.meta` in either form: shell assignments on one line, or
 * a line each. Fields that nobody knows are passed over.
 *
 * @throws {Deno.errors.InvalidData} if it holds no field, or a quote is never closed.
 */
export function parseOldMeta(text: string): OldMeta {
  const fields = parseAssignments(text);
  if (![...fields.keys()].some((key) => new RegExp(`^(${KNOWN})$`).test(key))) {
    throw new Deno.errors.InvalidData("holds none of the fields of a .meta file");
  }
  const string = (key: string) => fields.get(key)?.replaceAll("\0", "") || null;
  const number = (key: string, most = Number.MAX_SAFE_INTEGER) => {
    const value = string(key);
    const isNumber = value !== null && /^[0-9]{1,16}$/.test(value);
    return isNumber && Number(value) >= 1 && Number(value) <= most ? Number(value) : null;
  };
  const command = string("command");
  return {
    tsm_id: number("tsm_id", 1_000_000),
    pid: number("pid", 2 ** 31),
    port: number("port", 65535),
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
      // No assignment: the rest of the line, a comment perhaps, says nothing.
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

/** What an `.env` holds. */
export interface OldEnvironment {
  /** The `TSM_ENV_FILE` of its first line. */
  readonly envFile: string | null;
  readonly variables: Environment;
  /** Names whose values are not UTF-8: they cannot be handed on. */
  readonly dropped: readonly string[];
}

/**
 * Reads an `.env`: the env file's name, then what `printenv` printed. Its values
 * are not quoted and may span lines: a line that begins no variable continues the
 * one before, and so does all of an exported function or of a PEM block.
 *
 * @param environ The `/proc/PID/environ` of the process, if it lives: it tells where
 * a value with lines like `a=b` in it ends.
 */
export function parseOldEnvironment(
  bytes: Uint8Array,
  environ: Uint8Array = new Uint8Array(),
): OldEnvironment {
  const running = new Map(environEntries(environ).map(({ name, value }) => [name, value]));
  // One character a byte: what is no UTF-8 must not blur where values end.
  const lines = new TextDecoder("latin1").decode(bytes).replace(/\n$/, "").split("\n");
  const entries: { name: string; value: string }[] = [];
  let envFile: string | null = null;
  for (const [index, line] of lines.entries()) {
    const first = index === 0 ? /^TSM_ENV_FILE=(.*)$/.exec(line)?.[1] : undefined;
    if (first !== undefined) {
      envFile = utf8(first.replace(/^(["'])(.*)\1$/, "$2")) || null;
      continue;
    }
    const open = entries.at(-1);
    const begins = /^([A-Za-z_][A-Za-z0-9_.-]*|BASH_FUNC_[^=]+(?:%%|\(\)))=([^]*)$/.exec(line);
    const goesOn = open !== undefined && (isUnfinished(open.name, open.value) ||
      running.get(open.name)?.startsWith(`${open.value}\n${line}`));
    if (begins && !goesOn) {
      entries.push({ name: begins[1]!, value: begins[2]! });
    } else if (open) open.value += `\n${line}`;
  }
  return { envFile, ...decodeVariables(entries) };
}

/** Reads the environment of a living process, as `/proc/PID/environ` has it. */
export function parseEnviron(bytes: Uint8Array): OldEnvironment {
  return { envFile: null, ...decodeVariables(environEntries(bytes)) };
}

function environEntries(bytes: Uint8Array): { name: string; value: string }[] {
  return new TextDecoder("latin1").decode(bytes).split("\0").flatMap((entry) => {
    const equals = entry.indexOf("=", 1);
    return equals < 1 ? [] : [{ name: entry.slice(0, equals), value: entry.slice(equals + 1) }];
  });
}

function isUnfinished(name: string, value: string): boolean {
  if (name.startsWith("BASH_FUNC_")) {
    return value.startsWith("() {") && !/\n}$/.test(value) &&
      !/^\(\) \{ [^\n]*\}$/.test(value);
  }
  const begin = value.lastIndexOf("-----BEGIN ");
  return begin !== -1 && !value.slice(begin).includes("-----END ");
}

function decodeVariables(entries: readonly { name: string; value: string }[]) {
  const variables = new Map<string, string>();
  const dropped: string[] = [];
  for (const { name, value } of entries) {
    const text = utf8(value);
    if (text === undefined || utf8(name) !== name || text.includes("\0")) dropped.push(name);
    else variables.set(name, text);
  }
  return { variables: Object.fromEntries(variables), dropped };
}

/** The text of bytes that were decoded one by one, or `undefined` if they are not UTF-8. */
function utf8(latin1: string): string | undefined {
  try {
    const bytes = Uint8Array.from(latin1, (char) => BYTES.get(char) ?? char.charCodeAt(0));
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

// The web's "latin1" is windows-1252, which has other characters for 0x80 to 0x9f.
const BYTES: ReadonlyMap<string, number> = new Map(
  Array.from({ length: 32 }, (_, index) => {
    const byte = 0x80 + index;
    return [new TextDecoder("latin1").decode(Uint8Array.of(byte)), byte];
  }),
);

function entriesOf(dir: string): Deno.DirEntry[] {
  try {
    return [...Deno.readDirSync(dir)];
  } catch {
    return [];
  }
}
