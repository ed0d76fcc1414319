import type { ShownStatus } from "../../meta/status.ts";

/** The colours tsm uses, all of them readable on dark and light. */
const CODES = {
  red: 31,
  green: 32,
  yellow: 33,
  blue: 34,
  magenta: 35,
  cyan: 36,
  bold: 1,
  dim: 2,
  reverse: 7,
};

export type Color = keyof typeof CODES;

/**
 * Tells whether an output gets colours. `NO_COLOR` forbids them; `FORCE_COLOR` and
 * `CLICOLOR_FORCE` ask for them also in a pipe; else a terminal has them, unless it is `dumb`.
 *
 * Sources: no-color.org, force-color.org, bixense.com/clicolors; that `FORCE_COLOR=0` forbids
 * them is from Node.
 *
 * @param isTerminal Whether the output is a terminal.
 */
export function wantsColor(isTerminal: boolean): boolean {
  if (Deno.env.get("NO_COLOR")) return false;
  const forced = Deno.env.get("FORCE_COLOR");
  if (forced) return forced !== "0" && forced !== "false";
  const cliForced = Deno.env.get("CLICOLOR_FORCE");
  if (cliForced && cliForced !== "0") return true;
  return isTerminal && Deno.env.get("TERM") !== "dumb";
}

/** Puts `text` in a colour, if there is to be colour. */
export function paint(text: string, color: Color | undefined, enabled: boolean): string {
  return enabled && color ? `\x1b[${CODES[color]}m${text}\x1b[0m` : text;
}

const STATUS_COLORS: Readonly<Record<ShownStatus, Color>> = {
  launching: "yellow",
  online: "green",
  stopping: "yellow",
  stopped: "yellow",
  waiting: "yellow",
  scheduled: "green",
  errored: "red",
  dead: "red",
};

/** The colour of a status. */
export function statusColor(status: ShownStatus): Color {
  return STATUS_COLORS[status];
}
