// deno-lint-ignore-file no-control-regex
const CONTROL = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/;
const CONTROLS = /\x1b\[[0-9;:]{0,64}m|[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;

/**
 * Makes lines harmless for a terminal: control characters, which could move the
 * cursor and rewrite the screen, become visible (`^G`); of escape sequences only
 * colours stay, and only where colours are wanted. A line break of Windows goes.
 */
export function printable(lines: string, color: boolean): string {
  if (!CONTROL.test(lines)) return lines;
  const text = lines.replace(/\r$/gm, "");
  let isColored = false;
  const shown = text.replace(CONTROLS, (found) => {
    if (found.length === 1) return visible(found);
    isColored = true;
    return color ? found : "";
  });
  return isColored && color ? `${shown}\x1b[0m` : shown;
}

const HARMLESS = new Uint8Array(256).fill(1, 0x20, 0x7f);
HARMLESS[0x09] = HARMLESS[0x0a] = 1;

/** Whether lines are plain ASCII, of which {@linkcode printable} changes nothing. */
export function isHarmless(lines: Uint8Array): boolean {
  for (let at = 0; at < lines.length; at++) if (HARMLESS[lines[at]!] === 0) return false;
  return true;
}

function visible(control: string): string {
  const code = control.charCodeAt(0);
  if (code === 0x7f) return "^?";
  return code < 0x20 ? `^${String.fromCharCode(code + 0x40)}` : `\\x${code.toString(16)}`;
}
