import { LIMIT, median, medianOf, type Result } from "./result.ts";

/** Characters of the longest bar. */
const WIDTH = 40;

/** A result as text: a bar for each contender, its figures, and what was to be reached. */
export function formatResult(result: Result, color: boolean): string {
  const { what, unit, series, targets, note } = result;
  const tsm = medianOf(result, "tsm");
  const longest = Math.max(12, ...series.map(({ contender }) => contender.length));
  const largest = Math.max(...series.map(({ samples }) => median(samples)));
  const bold = (text: string) => color ? `\x1b[1m${text}\x1b[0m` : text;
  const lines = series.map(({ contender, samples, cpu }) => {
    const middle = median(samples);
    const length = largest > 0 ? Math.round(middle / largest * WIDTH) : 0;
    const bar = "█".repeat(length) || (middle > 0 ? "▏" : "");
    const painted = color ? `\x1b[${colorOf(contender)}m${bar}\x1b[0m` : bar;
    const figures = [
      `${formatFigure(middle)} ${unit}`.trim(),
      `×${ratio(middle, tsm)}`,
      ...samples.length > 1
        ? [`${formatFigure(Math.min(...samples))} … ${formatFigure(Math.max(...samples))}`]
        : [],
      ...cpu === undefined ? [] : [`CPU ${formatFigure(cpu)} ms`],
    ];
    return `  ${contender.padEnd(longest)} ${painted}${" ".repeat(WIDTH - bar.length)}  ${
      figures.join("  ")
    }`;
  });
  const reached = targets.map((target) => `  ${mark(target.isMet(result))} ${target.text}`);
  return [
    bold(unit === "" ? what : `${what}, ${unit}`),
    ...lines,
    ...reached,
    ...note === undefined ? [] : [`  (${note})`],
  ].join("\n");
}

/** All results as a Markdown table, a row for each: medians, and ratios to tsm. */
export function formatTable(results: readonly Result[]): string {
  const names = contendersIn(results);
  const rows = results.map((result) => {
    const tsm = medianOf(result, "tsm");
    const cells = names.map((name) => {
      const middle = medianOf(result, name);
      if (middle === undefined) return "–";
      const figure = formatFigure(middle);
      return name === "tsm" ? figure : `${figure} (×${ratio(middle, tsm)})`;
    });
    const unit = result.unit === "" ? "" : `, ${result.unit}`;
    const reached = result.targets.map((target) => `${mark(target.isMet(result))} ${target.text}`);
    return [result.what + unit, ...cells, reached.join("; ")];
  });
  return markdown(["what", ...names, "to reach"], rows);
}

/** The results that have a headline as a Markdown table: medians, tsm beside the others. */
export function formatHeadlines(results: readonly Result[]): string {
  const shown = results.filter(({ headline }) => headline !== undefined);
  const names = contendersIn(shown).filter((name) => name !== LIMIT);
  const rows = shown.map((result) => {
    const cells = names.map((name) => {
      const middle = medianOf(result, name);
      return middle === undefined ? "–" : `${formatFigure(middle)} ${result.unit}`;
    });
    return [result.headline!, ...cells];
  });
  return markdown(["what", ...names], rows);
}

/** The runs of every contender: minimum, median, maximum, and the CPU time. */
export function formatDetails(results: readonly Result[]): string {
  const rows = results.flatMap((result) =>
    result.series.map(({ contender, samples, cpu }) => [
      `${result.what}${result.unit === "" ? "" : `, ${result.unit}`}`,
      contender,
      String(samples.length),
      formatFigure(Math.min(...samples)),
      formatFigure(median(samples)),
      formatFigure(Math.max(...samples)),
      cpu === undefined ? "" : formatFigure(cpu),
    ])
  );
  return markdown(["what", "who", "runs", "min", "median", "max", "CPU of the command, ms"], rows);
}

/** Everybody who was measured: tsm first, the limit last. */
export function contendersIn(results: readonly Result[]): readonly string[] {
  const all = new Set(results.flatMap(({ series }) => series.map(({ contender }) => contender)));
  const others = [...all].filter((name) => name !== "tsm" && name !== LIMIT);
  return ["tsm", ...others, ...all.has(LIMIT) ? [LIMIT] : []];
}

function markdown(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(3, ...all.map((row) => row[column]!.length)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(" | ")} |`;
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [line(header), rule, ...rows.map(line)].join("\n");
}

function colorOf(contender: string): number {
  return contender === "tsm" ? 32 : contender === LIMIT ? 36 : 33;
}

function mark(isMet: boolean | undefined): string {
  return isMet === undefined ? "?" : isMet ? "✓" : "✗";
}

function ratio(figure: number, tsm: number | undefined): string {
  if (tsm === undefined || (tsm === 0 && figure !== 0)) return "–";
  return tsm === 0 ? "1.00" : formatRatio(figure / tsm);
}

function formatRatio(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** A figure as people read it: no more digits than say something. */
export function formatFigure(value: number): string {
  return value >= 100 || Number.isInteger(value) ? value.toFixed(0) : value.toFixed(
    value >= 10 ? 1 : 2,
  );
}
