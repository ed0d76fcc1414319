/**
 * Values of supervisord's options, as it reads them.
 *
 * @module
 */
import { SIGNALS } from "../signal_names.ts";

/** Reads `yes`, `true`, `on`, `1` and their opposites, in any case. */
export function readSwitch(text: string): boolean {
  const word = text.toLowerCase();
  if (["yes", "true", "on", "1"].includes(word)) return true;
  if (["no", "false", "off", "0"].includes(word)) return false;
  throw wrong(text, "true or false");
}

/** Reads a whole number. */
export function readNumber(text: string): number {
  if (!/^\s*[-+]?[0-9]{1,15}\s*$/.test(text)) throw wrong(text, "a whole number");
  return Number(text);
}

/** Reads a size in bytes: `50MB`, `1024`. */
export function readSize(text: string): number {
  const [, digits, unit] = /^\s*([0-9]{1,12})\s*(kb|mb|gb)?$/i.exec(text) ?? [];
  if (digits === undefined) throw wrong(text, "a size as 50MB");
  const factor = { kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 }[unit?.toLowerCase() ?? ""] ?? 1;
  return Number(digits) * factor;
}

/** When a program is started again after it ended by itself. */
export type Autorestart = "always" | "never" | "unexpected";

/** Reads `true`, `false` or `unexpected`. */
export function readAutorestart(text: string): Autorestart {
  if (text.toLowerCase() === "unexpected") return "unexpected";
  return readSwitch(text) ? "always" : "never";
}

/** Reads a list of exit codes. */
export function readExitCodes(text: string): readonly number[] {
  if (text === "") return [];
  return text.split(",").map((part) => {
    const code = readNumber(part);
    if (code < 0 || code > 255) throw wrong(text, "exit codes from 0 to 255");
    return code;
  });
}

/** The signals that are asked for by number, on Linux. */
const NUMBERED: Readonly<Record<number, string>> = {
  1: "SIGHUP",
  2: "SIGINT",
  3: "SIGQUIT",
  6: "SIGABRT",
  9: "SIGKILL",
  10: "SIGUSR1",
  12: "SIGUSR2",
  14: "SIGALRM",
  15: "SIGTERM",
};

/** Reads a signal: `TERM`, `SIGTERM` or `15`. */
export function readSignal(text: string): string {
  const word = text.trim().toUpperCase();
  const name = NUMBERED[Number(word)] ?? (word.startsWith("SIG") ? word : `SIG${word}`);
  if (SIGNALS.some((signal) => signal === name)) return name;
  throw wrong(text, "a signal as TERM or 15");
}

/** Reads mode bits, octal. */
export function readOctal(text: string): number {
  if (!/^\s*(0o?)?[0-7]{1,6}\s*$/i.test(text)) throw wrong(text, "octal digits as 022");
  return parseInt(text.trim().replace(/^0o/i, ""), 8);
}

function wrong(text: string, expected: string): Error {
  return new Deno.errors.InvalidData(`expected ${expected}, found ${JSON.stringify(text)}`);
}
