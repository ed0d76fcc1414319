/**
 * How serious a line of a log is, by what it says itself: JSON lines as pino, winston, bunyan,
 * zap, slog and structlog write them, and the common forms of plain text.
 *
 * @module
 */

/** The levels, the least serious first. */
export const LEVELS = ["trace", "debug", "info", "warn", "error", "fatal"] as const;

/** How serious a line is. */
export type Level = typeof LEVELS[number];

/** What programs call the levels; in lower case. */
const NAMES: Readonly<Record<string, Level>> = {
  trace: "trace",
  verbose: "trace",
  silly: "trace",
  debug: "debug",
  dbg: "debug",
  info: "info",
  information: "info",
  notice: "info",
  http: "info",
  log: "info",
  warn: "warn",
  warning: "warn",
  error: "error",
  err: "error",
  severe: "error",
  fatal: "fatal",
  critical: "fatal",
  crit: "fatal",
  alert: "fatal",
  emerg: "fatal",
  emergency: "fatal",
  panic: "fatal",
};

/** Keys under which JSON lines have their level. */
const KEYS = ["level", "severity", "lvl", "levelname", "log.level", "@level", "severity_text"];
/** Characters at the beginning of a line in which its level is looked for. */
const HEAD = 160;

/** `level=warn`, as logfmt has it. */
const LOGFMT = /\b(?:level|lvl|severity)=["']?([a-z]+)/i;
/** `[error]`, `<warn>`, `(debug)`. */
const BRACKETED = /[[<(]\s*([a-z]{3,11})\s*[\])>]/i;
/** A name in capitals, apart from other words: `2024-10-13 14:05:09 ERROR no disk`. */
const CAPITALS = /(?:^|[\s|:,;[-])([A-Z]{3,11})(?=[\s|:,;\]-]|$)/g;
/** A name at the beginning of the line, with a colon: `error: no disk`, `npm warn: old`. */
const LEADING = /^\s*(?:npm )?([a-z]{3,11})\s?:/i;
/** How an uncaught error begins: `TypeError: x is not a function`, `Traceback (most recent …`. */
const UNCAUGHT =
  /^(?:Uncaught )?(?:[\w.$]*(?:Error|Exception)\b|Traceback \(most recent|Exception in thread)/;
const ESCAPE = String.fromCharCode(0x1b);
const COLORS = new RegExp(`${ESCAPE}\\[[0-9;]{0,32}m`, "g");

/**
 * The level of a line; `undefined` where it names none.
 *
 * @example
 * ```ts
 * import { levelOf } from "./line_level.ts";
 *
 * levelOf('{"level":50,"msg":"no disk"}'); // "error"
 * levelOf("2024-10-13T14:05:09Z WARN disk is nearly full"); // "warn"
 * ```
 */
export function levelOf(line: string): Level | undefined {
  if (line.startsWith("{")) {
    const level = levelOfJson(line);
    if (level) return level;
  }
  const head = line.slice(0, HEAD).replace(COLORS, "");
  const marked = [LOGFMT, BRACKETED, LEADING].map((form) => named(form.exec(head)?.[1]))
    .find((level) => level !== undefined);
  if (marked) return marked;
  for (const [, name] of head.matchAll(CAPITALS)) {
    const level = named(name);
    if (level) return level;
  }
  if (head.startsWith("panic:") || /^thread '.*' panicked at/.test(head)) return "fatal";
  return UNCAUGHT.test(head) ? "error" : undefined;
}

/**
 * Whether a line that names no level goes on with what the line before it says: it is indented, as
 * those of a stack trace are, or closes a bracket, or is empty, or names a cause.
 */
export function belongsToLineBefore(line: string): boolean {
  return line === "" || /^(?:\s|[\])}]|Caused by:|\.\.\. \d+ more)/.test(line);
}

function levelOfJson(line: string): Level | undefined {
  let value: Readonly<Record<string, unknown>>;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  const said = KEYS.map((key) => value[key]).find((level) => level !== undefined);
  return typeof said === "number" ? levelOfNumber(said) : named(said);
}

/** Numbers as pino and bunyan use them: 10 is trace, 60 fatal. */
function levelOfNumber(number: number): Level {
  const index = Math.floor(number / 10) - 1;
  return LEVELS[Math.min(LEVELS.length - 1, Math.max(0, index))]!;
}

function named(name: unknown): Level | undefined {
  if (typeof name !== "string") return undefined;
  const key = name.toLowerCase();
  return Object.hasOwn(NAMES, key) ? NAMES[key] : undefined;
}
