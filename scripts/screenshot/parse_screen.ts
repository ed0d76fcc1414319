/** How a piece of a line looks; colours as CSS has them. */
export interface Style {
  readonly color?: string;
  readonly background?: string;
  readonly bold?: boolean;
  readonly dim?: boolean;
  readonly underline?: boolean;
  readonly reverse?: boolean;
}

/** Some characters in one style. */
export interface Run {
  /** Its first column, from 0. */
  readonly column: number;
  /** How many columns it takes. */
  readonly width: number;
  readonly text: string;
  readonly style: Style;
}

/** The 16 colours of terminals, as tango has them on dark. */
const PALETTE = [
  ...["#2e3436", "#ef5350", "#8ae234", "#fce94f", "#729fcf", "#c397d8", "#34e2e2", "#d3d7cf"],
  ...["#888a85", "#ff7b72", "#b5f06a", "#fff38a", "#9cc4f0", "#e0b8f0", "#7cf5f5", "#ffffff"],
];

/**
 * Reads what `tmux capture-pane -e -p` prints: a line a row, colours as escape
 * sequences, which may hold on from row to row.
 */
export function parseScreen(capture: string): Run[][] {
  let style: Style = {};
  return capture.replace(/\n$/, "").split("\n").map((line) => {
    const runs: Run[] = [];
    let column = 0;
    for (const [, codes, text] of line.matchAll(/\x1b\[([0-9;:]*)m|([^\x1b]+)/g)) {
      if (text === undefined) {
        style = changed(style, (codes ?? "").split(/[;:]/).map(Number));
        continue;
      }
      const width = [...text].reduce((sum, char) => sum + columnsOf(char), 0);
      runs.push({ column, width, text, style });
      column += width;
    }
    return runs;
  });
}

function changed(style: Style, codes: readonly number[]): Style {
  let next = style;
  const set = (change: Style) => next = { ...next, ...change };
  const without = (...keys: (keyof Style)[]) =>
    next = Object.fromEntries(
      Object.entries(next).filter(([key]) => !keys.includes(key as keyof Style)),
    );
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at]!;
    if (code === 0) next = {};
    else if (code === 1) set({ bold: true });
    else if (code === 2) set({ dim: true });
    else if (code === 4) set({ underline: true });
    else if (code === 7) set({ reverse: true });
    else if (code === 22) without("bold", "dim");
    else if (code === 24) without("underline");
    else if (code === 27) without("reverse");
    else if (code === 39) without("color");
    else if (code === 49) without("background");
    else if (code === 38 || code === 48) {
      const isIndexed = codes[at + 1] === 5;
      const color = isIndexed
        ? indexedColor(codes[at + 2] ?? 0)
        : `rgb(${codes.slice(at + 2, at + 5).join(",")})`;
      set(code === 38 ? { color } : { background: color });
      at += isIndexed ? 2 : 4;
    } else {
      const color = PALETTE[(code % 10) + (code >= 90 ? 8 : 0)];
      const tens = Math.floor(code / 10);
      if (color && (tens === 3 || tens === 9)) set({ color });
      if (color && (tens === 4 || tens === 10)) set({ background: color });
    }
  }
  return next;
}

/** One of the 256 colours: the 16, a cube of 6×6×6, and 24 greys. */
function indexedColor(index: number): string {
  if (index < 16) return PALETTE[index]!;
  if (index >= 232) {
    const grey = 8 + (index - 232) * 10;
    return `rgb(${grey},${grey},${grey})`;
  }
  const level = (part: number) => part === 0 ? 0 : 55 + part * 40;
  const cube = index - 16;
  return `rgb(${level(Math.floor(cube / 36))},${level(Math.floor(cube / 6) % 6)},${
    level(cube % 6)
  })`;
}

function columnsOf(char: string): number {
  if (/\p{Mn}|\p{Cf}/u.test(char)) return 0;
  return /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}]/u
      .test(char)
    ? 2
    : 1;
}
