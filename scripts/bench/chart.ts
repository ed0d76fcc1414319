import { contendersIn, formatFigure } from "./report.ts";
import { LIMIT, medianOf, type Result } from "./result.ts";

/** In pixels. */
const WIDTH = 720;
const LEFT = 100;
const RIGHT = 90;
const BAR = 14;
const ROW = 19;
const HEAD = 30;

// A picture in a page knows nothing of the page's colours, only what the reader prefers.
const STYLE = `text{font:13px system-ui,sans-serif;fill:#1f2328}.head{font-weight:600}` +
  `.bar{fill:#8c959f}.tsm{fill:#1a7f37}` +
  `@media(prefers-color-scheme:dark){text{fill:#e6edf3}.bar{fill:#6e7681}.tsm{fill:#3fb950}}`;

/**
 * The results that have a headline as a picture in SVG: for each of them a bar for each contender,
 * as long as what it took, the longest as wide as the picture is.
 *
 * @param about What was measured, when and on what, for who cannot see it.
 */
export function formatChart(results: readonly Result[], about: string): string {
  const shown = results.filter(({ headline }) => headline !== undefined);
  const names = contendersIn(shown).filter((name) => name !== LIMIT);
  const lines: string[] = [];
  let y = 0;
  for (const result of shown) {
    lines.push(text(0, y + 17, `${result.headline}, ${result.unit}`, "head"));
    y += HEAD;
    const medians = names.map((name) => medianOf(result, name));
    const largest = Math.max(...medians.map((middle) => middle ?? 0));
    names.forEach((name, index) => {
      const middle = medians[index];
      if (middle === undefined) return;
      // A thin line where there is next to nothing: the contender is there.
      const share = largest > 0 ? middle / largest : 0;
      const width = Math.max(1, Math.round(share * (WIDTH - LEFT - RIGHT)));
      const kind = name === "tsm" ? "tsm" : "bar";
      lines.push(
        text(12, y + 12, name),
        `<rect class="${kind}" x="${LEFT}" y="${y}" width="${width}" height="${BAR}" rx="2"/>`,
        text(LEFT + width + 6, y + 12, formatFigure(middle)),
      );
      y += ROW;
    });
    y += 8;
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" width="${WIDTH}" ` +
    `height="${y}" role="img" aria-labelledby="title desc">`,
    `<title id="title">${escape(`${names.join(", ")}: the shorter, the better`)}</title>`,
    `<desc id="desc">${escape(about)}</desc>`,
    `<style>${STYLE}</style>`,
    ...lines,
    "</svg>",
    "",
  ].join("\n");
}

function text(x: number, y: number, content: string, kind?: string): string {
  const classes = kind === undefined ? "" : ` class="${kind}"`;
  return `<text${classes} x="${x}" y="${y}">${escape(content)}</text>`;
}

function escape(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
