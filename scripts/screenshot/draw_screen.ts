import type { Run, Style } from "./parse_screen.ts";

const FOREGROUND = "#d3d7cf";
const BACKGROUND = "#1e2227";
/** Of one character, in pixels. */
const WIDTH = 8.4;
const HEIGHT = 18;
const MARGIN = 14;

/** A drawing, and how large it is, in pixels. */
export interface Drawing {
  readonly svg: string;
  readonly width: number;
  readonly height: number;
}

/** Draws a screen as SVG. Every run is as wide as its columns, whatever the font. */
export function drawScreen(rows: readonly (readonly Run[])[], columns: number): Drawing {
  const width = Math.ceil(columns * WIDTH + 2 * MARGIN);
  const height = rows.length * HEIGHT + 2 * MARGIN;
  const drawn = rows.flatMap((runs, row) => runs.map((run) => drawRun(run, row)));
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<rect width="100%" height="100%" rx="8" fill="${BACKGROUND}"/>
<g font-family="'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="14" xml:space="preserve">
${drawn.join("")}</g>
</svg>
`;
  return { svg, width, height };
}

function drawRun({ column, width, text, style }: Run, row: number): string {
  const { color, background } = colorsOf(style);
  const x = round(MARGIN + column * WIDTH);
  const y = MARGIN + row * HEIGHT;
  const extent = round(width * WIDTH);
  const box = background === undefined
    ? ""
    : `<rect x="${x}" y="${y}" width="${extent}" height="${HEIGHT}" fill="${background}"/>\n`;
  if (text.trim() === "" && !style.underline) return box;
  const attributes = [
    `x="${x}" y="${y + 13.5}" textLength="${extent}" lengthAdjust="spacingAndGlyphs"`,
    `fill="${color}"`,
    style.bold ? 'font-weight="bold"' : "",
    style.dim ? 'opacity="0.65"' : "",
    style.underline ? 'text-decoration="underline"' : "",
  ].filter((attribute) => attribute !== "");
  return `${box}<text ${attributes.join(" ")}>${escape(text)}</text>\n`;
}

function colorsOf({ color, background, reverse }: Style) {
  return reverse
    ? { color: background ?? BACKGROUND, background: color ?? FOREGROUND }
    : { color: color ?? FOREGROUND, background };
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
    .replaceAll(" ", "\u00a0");
}

function round(pixels: number): number {
  return Math.round(pixels * 100) / 100;
}
