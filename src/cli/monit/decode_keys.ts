/** A key: a character as it is, the others by these names. */
export type Key = string;

/** What terminals send for keys that are no characters. */
const SEQUENCES: Readonly<Record<string, Key>> = {
  "[A": "up",
  "[B": "down",
  "[C": "right",
  "[D": "left",
  "OA": "up",
  "OB": "down",
  "[H": "home",
  "[F": "end",
  "OH": "home",
  "OF": "end",
  "[1~": "home",
  "[4~": "end",
  "[5~": "pageup",
  "[6~": "pagedown",
};

const CONTROLS: Readonly<Record<string, Key>> = {
  "\r": "enter",
  "\n": "enter",
  "\x1b": "escape",
  "\x7f": "backspace",
  "\b": "backspace",
  "\x02": "pageup",
  "\x03": "ctrl-c",
  "\x06": "pagedown",
  "\x0c": "ctrl-l",
  "\x1a": "ctrl-z",
};

const KEY = /\x1b(?:\[[0-9;?]*[ -/]*[@-~]|O[@-~])|[^]/gu;
const BEGUN = /\x1b(?:\[[0-9;?]*|O)$/;

/**
 * Makes keys of the bytes a terminal in raw mode sends. A sequence that is split over two reads is
 * joined; unknown sequences are skipped.
 */
export class KeyDecoder {
  readonly #decoder = new TextDecoder();
  #rest = "";

  /** The keys that end with these bytes. */
  push(bytes: Uint8Array): Key[] {
    const text = this.#rest + this.#decoder.decode(bytes, { stream: true });
    this.#rest = BEGUN.exec(text)?.[0] ?? "";
    const whole = text.slice(0, text.length - this.#rest.length);
    return (whole.match(KEY) ?? []).flatMap((found) => {
      if (found.length > 1 && found.startsWith("\x1b")) return SEQUENCES[found.slice(1)] ?? [];
      if (found in CONTROLS) return CONTROLS[found]!;
      return found < " " ? [] : found;
    });
  }
}
