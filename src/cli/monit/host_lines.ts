import { formatDuration } from "../output/duration.ts";
import { formatSize } from "../output/size.ts";
import { UNICODE_MEASURE as measure } from "../output/unicode_measure.ts";
import { statusColor } from "../output/color.ts";
import type { Line, Span } from "./line.ts";
import { SIGNS } from "./signs.ts";
import type { MonitState } from "./state.ts";

/** How the machine is doing, in so many columns: as much of it as there is room for. */
export function hostLine({ host, root }: MonitState, columns: number): Line {
  const { load, cores, memory, uptime } = host;
  const loads = load.map((value) => value.toFixed(2));
  const memoryText = `mem ${formatSize(memory.used)} of ${formatSize(memory.total)}`;
  const share = `mem ${Math.round(memory.used / memory.total * 100)}%`;
  const up = `up ${formatDuration(uptime)}`;
  const facts = [
    `load ${loads.join(" ")} of ${cores} cores   ${memoryText}   ${up}`,
    `load ${loads.join(" ")}  ${memoryText}  ${up}`,
    `load ${loads[0]}  ${share}  ${up}`,
  ];
  const title = "tsm monit";
  const text = facts.find((fact) => fact.length + title.length + 2 <= columns) ?? facts.at(-1)!;
  const room = columns - text.length;
  const named = `${title}  ${root}`;
  const left = [named, title, ""].find((candidate) => measure.width(candidate) + 2 <= room) ?? "";
  return [
    { text: left, style: "bold" },
    { text: " ".repeat(Math.max(0, room - measure.width(left))) + text },
  ];
}

/** How many processes are in which state, and by what they are sorted and filtered. */
export function countsLine(state: MonitState, columns: number): Line {
  const counts = new Map<keyof typeof SIGNS, number>();
  for (const { meta: { status } } of state.rows) counts.set(status, (counts.get(status) ?? 0) + 1);
  const spans: Span[] = (Object.keys(SIGNS) as (keyof typeof SIGNS)[]).flatMap((status) => {
    const count = counts.get(status);
    return count === undefined
      ? []
      : [{ text: `${SIGNS[status]} ${count} ${status}  `, style: statusColor(status) }];
  });
  if (!state.isSupervised) spans.unshift({ text: "no supervisor  ", style: "yellow" });
  const order = `by ${state.sort}${state.filter === "" ? "" : `, /${state.filter}`}`;
  const used = spans.reduce((sum, { text }) => sum + measure.width(text), 0);
  const blanks = columns - used - measure.width(order);
  return blanks < 0 ? spans : [...spans, { text: " ".repeat(blanks) + order, style: "dim" }];
}
