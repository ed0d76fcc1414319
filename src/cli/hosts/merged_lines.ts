import { oneLine, printable } from "../../printable.ts";
import { formatEvent } from "../commands/events.ts";
import type { Context } from "../context.ts";
import { highlight } from "../logs/highlight.ts";
import type { LogOptions } from "../logs/options.ts";
import { type Color, paint } from "../output/color.ts";
import { formatMoment } from "../output/time.ts";
import type { Collected } from "./collect.ts";
import { label, labelWidth } from "./host_label.ts";
import { isObject, ofHost } from "./merged_json.ts";

const COLORS: readonly Color[] = ["cyan", "green", "magenta", "yellow", "blue"];
/** The last moment that a date can tell, in epoch seconds. */
const LAST_MOMENT = 8.64e12;

/** Lays out the lines of JSON that logs and events come as, with their machine before them. */
export class LineMerger {
  readonly #context: Context;
  readonly #hosts: readonly string[];
  readonly #width: number;
  /** Of logs: how they are shown; `undefined`: they are events. */
  readonly #logs: LogOptions | undefined;

  constructor(context: Context, hosts: readonly string[], logs: LogOptions | undefined) {
    this.#context = context;
    this.#hosts = hosts;
    this.#width = labelWidth(hosts);
    this.#logs = logs;
  }

  /** The lines of all machines in the order of their times, each by its own clock. */
  merge(collected: readonly Collected[]): readonly string[] {
    const timed = collected.flatMap(({ host, lines, behind }) => {
      // One without a time stays behind the one before it.
      let last = 0;
      return lines.map((line) => {
        const item = parseLine(line);
        last = timeOf(item) ?? last;
        return { at: last + behind, text: this.#layOut(host, line, item) };
      });
    });
    return timed.sort((a, b) => a.at - b.at).map(({ text }) => text);
  }

  /** One line of a machine. */
  format(host: string, line: string): string {
    return this.#layOut(host, line, parseLine(line));
  }

  #layOut(host: string, line: string, item: unknown): string {
    if (this.#context.json) {
      return JSON.stringify(ofHost(host, item === undefined ? { line } : item));
    }
    const { color } = this.#context;
    const paintOf = COLORS[this.#hosts.indexOf(host) % COLORS.length];
    const before = paint(label(host, this.#width), paintOf, color);
    if (!isObject(item) || timeOf(item) === undefined) {
      return `${before} | ${printable(line, color)}`;
    }
    return this.#logs === undefined ? `${before}  ${this.#event(item)}` : this.#log(before, item);
  }

  #event(item: Record<string, unknown>): string {
    const name = typeof item["name"] === "string" ? oneLine(item["name"]) : null;
    const event = oneLine(String(item["event"]));
    return formatEvent({ time: timeOf(item)!, event, name }, this.#context);
  }

  #log(before: string, item: Record<string, unknown>): string {
    const { color, zone } = this.#context;
    const { time, highlight: patterns } = this.#logs!;
    const moment = time ? `${paint(formatMoment(timeOf(item)!, zone), "dim", color)} ` : "";
    const stream = item["stream"] === "err" ? "red" : undefined;
    const name = oneLine(String(item["name"]));
    return String(item["line"]).split("\n").map((text) => {
      const shown = printable(text, color);
      const marked = color ? highlight(shown, patterns) : shown;
      return `${moment}${before} ${name} | ${paint(marked, stream, color)}`;
    }).join("\n");
  }
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function timeOf(item: unknown): number | undefined {
  const time = isObject(item) ? item["time"] : undefined;
  return typeof time === "number" && Math.abs(time) < LAST_MOMENT ? time : undefined;
}
