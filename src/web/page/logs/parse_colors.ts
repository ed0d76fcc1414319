import { printable } from "../../../printable.ts";

/** A piece of a line in one style. */
export interface Piece {
  readonly text: string;
  /** Names of classes of `style.css`; empty where it looks as all does. */
  readonly classes: string;
}

/** How the text looks that is to come. */
interface Look {
  color: number | undefined;
  background: number | undefined;
  readonly marks: Set<"bold" | "dim" | "italic" | "underline" | "reverse">;
}

const SEQUENCE = /\x1b\[([0-9;:]*)m/g;

/**
 * Takes a line apart by its colours (ECMA-48, "Select graphic rendition"). Everything else that a
 * terminal would obey becomes visible: the line is only text, whatever it holds. Colours of the
 * large palettes become the nearest of the sixteen, which can be read in light and dark.
 *
 * @example
 * ```ts
 * parseColors("\x1b[31mred\x1b[0m"); // [{ text: "red", classes: "c1" }]
 * ```
 */
export function parseColors(line: string): readonly Piece[] {
  const text = printable(line, true);
  const look: Look = { color: undefined, background: undefined, marks: new Set() };
  const pieces: Piece[] = [];
  let end = 0;
  const add = (until: number) => {
    if (until > end) pieces.push({ text: text.slice(end, until), classes: classesOf(look) });
  };
  for (const match of text.matchAll(SEQUENCE)) {
    add(match.index);
    end = match.index + match[0].length;
    change(look, match[1]!.split(/[;:]/).map(Number));
  }
  add(text.length);
  return pieces;
}

function classesOf({ color, background, marks }: Look): string {
  const classes: string[] = [...marks];
  if (color !== undefined) classes.push(`c${color}`);
  if (background !== undefined) classes.push(`b${background}`);
  return classes.join(" ");
}

const ON = { 1: "bold", 2: "dim", 3: "italic", 4: "underline", 7: "reverse" } as const;

function change(look: Look, codes: readonly number[]): void {
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at]!;
    if (code === 0) {
      look.marks.clear();
      look.color = look.background = undefined;
    } else if (code in ON) look.marks.add(ON[code as keyof typeof ON]);
    else if (code === 22) {
      look.marks.delete("bold");
      look.marks.delete("dim");
    } else if (code === 23) look.marks.delete("italic");
    else if (code === 24) look.marks.delete("underline");
    else if (code === 27) look.marks.delete("reverse");
    else if (code >= 30 && code <= 37) look.color = code - 30;
    else if (code >= 90 && code <= 97) look.color = code - 82;
    else if (code === 39) look.color = undefined;
    else if (code >= 40 && code <= 47) look.background = code - 40;
    else if (code >= 100 && code <= 107) look.background = code - 92;
    else if (code === 49) look.background = undefined;
    else if (code === 38 || code === 48) {
      const isIndexed = codes[at + 1] === 5;
      const color = isIndexed
        ? ofPalette(codes[at + 2] ?? 0)
        : nearest(codes.slice(at + 2, at + 5));
      if (code === 38) look.color = color;
      else look.background = color;
      at += isIndexed ? 2 : 4;
    }
  }
}

/** Of the 256: the sixteen, a cube of 6×6×6, and 24 greys. */
function ofPalette(index: number): number {
  if (index < 16) return index;
  if (index >= 232) return nearest(Array(3).fill(8 + (index - 232) * 10));
  const level = (part: number) => part === 0 ? 0 : 55 + part * 40;
  const cube = index - 16;
  return nearest([Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map(level));
}

/** The one of the sixteen that is nearest to a colour of red, green and blue, each up to 255. */
function nearest(rgb: readonly number[]): number {
  const [red = 0, green = 0, blue = 0] = rgb;
  const top = Math.max(red, green, blue);
  const isGrey = top - Math.min(red, green, blue) < 32;
  if (isGrey) return top < 64 ? 0 : top < 160 ? 8 : top < 224 ? 7 : 15;
  const bits = [red, green, blue].reduce(
    (sum, part, bit) => sum | (part > top / 2 ? 1 << bit : 0),
    0,
  );
  return bits + (top > 224 && Math.min(red, green, blue) > 64 ? 8 : 0);
}
