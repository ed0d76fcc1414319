import type { Problem, Span } from "./node.ts";

/**
 * Says what is wrong with a file, a paragraph a problem: `FILE:LINE:COLUMN`, what is
 * wrong, and the line with the place marked. In the order of the file.
 *
 * @param path The file's, as the user knows it.
 * @param text The file's; columns count characters from 1.
 */
export function formatProblems(
  path: string,
  text: string,
  problems: readonly Problem[],
): string[] {
  const placed = problems.map((problem, index) => ({
    problem,
    // Problems without a place in the text come last.
    order: problem.span?.offset ?? text.length + 1 + index,
  }));
  placed.sort((a, b) => a.order - b.order);
  return placed.map(({ problem }) => formatProblem(path, text, problem));
}

function formatProblem(path: string, text: string, { message, span, path: where }: Problem) {
  if (span === undefined) {
    return where === "" ? `${path}: ${message}` : `${path}: ${where}: ${message}`;
  }
  const { line, column, shown } = placeOf(text, span);
  const maximum = Math.max(1, shown.length - column + 1);
  const marks = "^".repeat(Math.min(Math.max(1, span.length), maximum));
  // Long lines are shown around the place.
  const from = shown.length > 100 ? Math.max(0, column - 60) : 0;
  const part = plain(shown.slice(from, from + 100));
  return `${path}:${line}:${column}: ${message}\n` +
    `    ${part}\n` +
    `    ${" ".repeat(column - 1 - from)}${marks.slice(0, 100)}`;
}

/** The line and column, both from 1, where a span begins, and that line's text. */
export function placeOf(
  text: string,
  { offset }: Span,
): { readonly line: number; readonly column: number; readonly shown: string } {
  const at = Math.min(offset, text.length);
  const begin = at === 0 ? 0 : text.lastIndexOf("\n", at - 1) + 1;
  const end = text.indexOf("\n", begin);
  return {
    line: text.slice(0, begin).split("\n").length,
    column: at - begin + 1,
    shown: text.slice(begin, end === -1 ? text.length : end).replace(/\r$/, ""),
  };
}

function plain(line: string): string {
  return line.replaceAll("\t", " ").replace(/[\x00-\x1f\x7f-\x9f]/g, "?");
}
