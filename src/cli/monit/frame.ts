import { UNICODE_MEASURE as measure } from "../output/unicode_measure.ts";
import { oneLine } from "../../printable.ts";
import { countsLine, hostLine } from "./host_lines.ts";
import { helpLines, hints } from "./key_table.ts";
import { type Line, line } from "./line.ts";
import { logLines } from "./log_lines.ts";
import { processLines } from "./process_lines.ts";
import type { Size } from "./screen.ts";
import { type MonitState, selectedRow, shownRows } from "./state.ts";

/** Rows below which there is no log under the table. */
const MIN_ROWS_WITH_LOG = 9;

/** The whole screen for a state: as many lines as it has rows, none wider than its columns. */
export function frame(state: MonitState, size: Size): Line[] {
  const { columns, rows } = size;
  const head = [hostLine(state, columns), countsLine(state, columns)];
  const height = Math.max(0, rows - head.length - 1);
  const body = state.view === "processes"
    ? overview(state, columns, height)
    : page(state, columns, height);
  const blanks = Array.from({ length: Math.max(0, height - body.length) }, () => line(""));
  return [...head, ...body.slice(0, height), ...blanks, footLine(state, columns)]
    .slice(-rows).map((one) => cut(one, columns));
}

/** The table, and the log of the selected process below it. */
function overview(state: MonitState, columns: number, height: number): Line[] {
  const hasLog = height + 3 >= MIN_ROWS_WITH_LOG && selectedRow(state) !== undefined;
  if (!hasLog) return processLines(state, columns, height);
  const room = height - 2;
  const table = Math.min(shownRows(state).length, Math.max(3, Math.floor(room * 0.6)));
  return [
    ...processLines(state, columns, table + 1),
    rule(logTitle(state), columns),
    ...logLines(state.log, columns, room - table),
  ];
}

/** A view that has the whole screen. */
function page(state: MonitState, columns: number, height: number): Line[] {
  const room = height - 1;
  switch (state.view) {
    case "log":
      return [
        rule(`${logTitle(state)}${state.scroll > 0 ? `, ${state.scroll} up` : ""}`, columns),
        ...logLines(state.log, columns, room, state.scroll),
      ];
    case "describe": {
      const lines = state.description.map((text) => line(text));
      const title = `describe ${state.selected}${moreBelow(lines.length - state.scroll - room)}`;
      return [rule(title, columns), ...lines.slice(state.scroll)];
    }
    default: {
      const lines = helpLines(columns, room).slice(state.scroll);
      return [rule(`keys${moreBelow(lines.length - room)}`, columns), ...lines];
    }
  }
}

function logTitle({ selected, isLogFiltered }: MonitState): string {
  return `log of ${selected}${isLogFiltered ? ", filtered" : ""}`;
}

/** Says how many lines there are below the last one that is shown, if any. */
function moreBelow(count: number): string {
  return count > 0 ? `, ${count} more below` : "";
}

function rule(title: string, columns: number): Line {
  return line(`── ${title} `.padEnd(columns, "─"), "dim");
}

/** What is asked, what was done, or which keys there are. */
function footLine(state: MonitState, columns: number): Line {
  const { prompt, notice, filter, view } = state;
  if (prompt?.kind === "filter") return line(`/${filter}█`, "bold");
  if (prompt?.kind === "stop") {
    const { name } = prompt;
    const question = `Stop ${name}?  y: yes, and remove it   k: yes, but keep it listed   n: no`;
    return line(question.length <= columns ? question : `Stop ${name}? y/k(eep)/n`, "yellow");
  }
  return notice === "" ? line(hints(view, columns), "dim") : line(notice);
}

/** Cuts a line where the screen ends. */
function cut(spans: Line, columns: number): Line {
  let room = columns;
  return spans.flatMap((span) => {
    const text = measure.head(oneLine(span.text), room);
    room -= measure.width(text);
    return text === "" ? [] : [{ ...span, text }];
  });
}
