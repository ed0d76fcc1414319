/**
 * The `.env` of the old tsm: a snapshot made by `printenv`, read as data.
 *
 * @module
 */
import type { Environment } from "../program/environment.ts";

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
  // Decoded as one character a byte: replacing bytes that are not UTF-8 would move the ends of
  // values.
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
