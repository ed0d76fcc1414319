/**
 * Text of others on its way to a terminal: names, command lines, logs and messages may hold
 * anything. Whatever tsm shows goes through here, and nothing else makes it harmless.
 *
 * @module
 */

/**
 * What turns the direction of the text around it, so that it reads as what it is not.
 *
 * Source: Unicode Standard Annex #9, "Explicit Directional Formatting Characters".
 */
const DIRECTIONS = "\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069";
const CONTROL = new RegExp(`[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f${DIRECTIONS}]`);
const CONTROLS = new RegExp(`\\x1b\\[[0-9;:]{0,64}m|${CONTROL.source}`, "g");
const LINE_CONTROLS = new RegExp(`[\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029${DIRECTIONS}]+`, "g");
const UNESCAPED_BY_JSON = new RegExp(`[\\x7f-\\x9f${DIRECTIONS}]`, "g");
const RESET = "\x1b[0m";

/**
 * Makes lines harmless for a terminal: control characters, which could move the cursor and rewrite
 * the screen, become visible (`^G`), and so do marks that turn the direction of text; of escape
 * sequences only colours stay, and only where colours are wanted. A line break of Windows goes.
 */
export function printable(lines: string, color: boolean): string {
  if (!CONTROL.test(lines)) return lines;
  const text = lines.replace(/\r$/gm, "");
  let last = RESET;
  const shown = text.replace(CONTROLS, (found) => {
    if (found.length === 1) return visible(found);
    last = found;
    return color ? found : "";
  });
  return last !== RESET && color ? `${shown}${RESET}` : shown;
}

/** A text for one cell or line: what would move the cursor or end the line becomes a blank. */
export function oneLine(text: string): string {
  return text.replace(LINE_CONTROLS, " ");
}

/** The same value in JSON that is harmless for a terminal: what `JSON.stringify` leaves is escaped. */
export function printableJson(json: string): string {
  return json.replace(UNESCAPED_BY_JSON, (char) => `\\u${hex(char).padStart(4, "0")}`);
}

function visible(control: string): string {
  const code = control.charCodeAt(0);
  if (code === 0x7f) return "^?";
  if (code < 0x20) return `^${String.fromCharCode(code + 0x40)}`;
  return code < 0x100 ? `\\x${hex(control)}` : `\\u${hex(control).padStart(4, "0")}`;
}

function hex(char: string): string {
  return char.charCodeAt(0).toString(16);
}
