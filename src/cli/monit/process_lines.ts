import { isCrashLoop } from "../../meta/crash_loop.ts";
import { isRunning } from "../../meta/status.ts";
import { colorOf, statusText, uptimeText } from "../ls/columns.ts";
import { fitColumns } from "../output/fit_columns.ts";
import { oneLine } from "../../printable.ts";
import { shorten } from "../output/shorten.ts";
import { formatSize } from "../output/size.ts";
import { UNICODE_MEASURE as measure } from "../output/unicode_measure.ts";
import { historyBars } from "./history_bars.ts";
import { type Line, line, type Span } from "./line.ts";
import { CRASH_LOOP_SIGN, SIGNS } from "./signs.ts";
import { type MonitState, type ProcessRow, shownRows } from "./state.ts";

/** A column of the table. */
interface MonitColumn {
  readonly header: string;
  readonly isRight?: boolean;
  /** Its place in the order in which columns are left out, 1 first. */
  readonly drop?: number;
  readonly minimum?: number;
  text(row: ProcessRow, bars: number): string;
  /** Its texts are history bars, as wide as those are. */
  readonly isBars?: boolean;
}

const COLUMNS: readonly MonitColumn[] = [
  { header: "ID", isRight: true, text: ({ meta }) => String(meta.tsm_id) },
  { header: "Name", minimum: 12, text: ({ meta }) => meta.name },
  {
    header: "CPU%",
    isRight: true,
    text: ({ stats }) => (stats ? stats.cpu.toFixed(1) : "-").padStart(5),
  },
  { header: "", drop: 4, isBars: true, text: ({ cpu }, bars) => historyBars(cpu, bars, 10) },
  {
    header: "Memory",
    isRight: true,
    text: ({ stats }) => (stats ? formatSize(stats.mem * 1024) : "-").padStart(6),
  },
  { header: "", drop: 3, isBars: true, text: ({ memory }, bars) => historyBars(memory, bars, 1) },
  { header: "Rst", isRight: true, drop: 6, text: ({ meta }) => String(meta.restarts) },
  { header: "Up", isRight: true, drop: 7, text: ({ meta }) => uptimeText(meta).padStart(4) },
  { header: "Status", drop: 5, text: ({ meta }) => stateText(meta).padEnd(8) },
  { header: "PID", isRight: true, drop: 2, text: ({ meta }) => String(meta.pid ?? "-") },
  { header: "Port", isRight: true, drop: 2, text: ({ meta }) => String(meta.port ?? "-") },
  { header: "Command", drop: 1, minimum: 12, text: ({ meta }) => commandText(meta) },
];

/** Its status; of one in a crash loop that, for the status changes from look to look. */
function stateText(meta: ProcessRow["meta"]): string {
  return isCrashLoop(meta) ? "crash loop" : statusText(meta);
}

/** What it says of itself, else its command. */
function commandText({ command, status_text }: ProcessRow["meta"]): string {
  return oneLine(status_text === undefined ? command : `says: ${status_text}`);
}

/** Before each row: what is selected, and the sign of its status. */
const MARGIN = 3;

/**
 * The table of processes, its header first: as many rows about the selected one as
 * there is room for.
 */
export function processLines(state: MonitState, columns: number, height: number): Line[] {
  const shown = shownRows(state);
  const bars = columns < 100 ? 10 : columns < 150 ? 20 : 30;
  const widths = fitColumns(
    COLUMNS.map(({ header, drop, minimum, isBars, text }) => ({
      ...drop === undefined ? {} : { drop },
      ...minimum === undefined ? {} : { minimum },
      gap: 1,
      width: isBars ? bars : shown.reduce(
        (widest, row) => Math.max(widest, measure.width(text(row, bars))),
        header.length,
      ),
    })),
    columns - MARGIN,
  );
  const layOut = (textOf: (column: MonitColumn) => string) =>
    COLUMNS.flatMap((column, index) => {
      const width = widths[index];
      if (width === undefined) return [];
      const text = shorten(textOf(column), width, measure);
      const blanks = " ".repeat(width - measure.width(text));
      return column.isRight ? blanks + text : text + blanks;
    }).join(" ");
  const room = Math.max(0, height - 1);
  const index = shown.findIndex(({ meta }) => meta.name === state.selected);
  const first = Math.max(0, Math.min(index - Math.floor(room / 2), shown.length - room));
  const headers = " ".repeat(MARGIN) + layOut(({ header }) => header);
  const header = line(withMark(headers, shown.length - first - room, columns), "dim");
  const body = shown.slice(first, first + room).map((row, at): Line => {
    const { status } = row.meta;
    const isLoop = isCrashLoop(row.meta);
    const style = isRunning(status) && !isLoop ? undefined : colorOf(row.meta);
    const text = layOut((column) => column.text(row, bars));
    const isSelected = first + at === index;
    const sign: Span = {
      text: `${isLoop ? CRASH_LOOP_SIGN : SIGNS[status]} `,
      style: colorOf(row.meta),
    };
    return isSelected
      ? [{ text: "▶" }, sign, { text, style: "reverse" }]
      : [{ text: " " }, sign, { text, style }];
  });
  return [header, ...body, ...shown.length === 0 ? [emptyLine(state)] : []].slice(0, height);
}

/** Puts the number of rows that stand further below at the end of the header. */
function withMark(header: string, below: number, columns: number): string {
  const mark = ` ↓ ${below} more`;
  if (below <= 0 || columns < mark.length * 2) return header;
  return header.padEnd(columns).slice(0, columns - mark.length) + mark;
}

function emptyLine({ rows, filter }: MonitState): Line {
  return rows.length > 0
    ? line(`   No name contains '${filter}'; Esc shows all`, "yellow")
    : line(`   No processes. Start one: tsm start "node server.js" --name myapp`, "yellow");
}
