import type { Context } from "../context.ts";
import { type Color, paint } from "../output/color.ts";
import { formatMoment } from "../output/time.ts";
import { writeAll } from "../output/write_all.ts";
import { highlight } from "./highlight.ts";
import type { LogOptions } from "./options.ts";
import { isHarmless } from "./is_harmless.ts";
import { printable } from "../../printable.ts";
import type { SourceLine } from "../../logs/lines/source.ts";

const NAME_COLORS: readonly Color[] = ["cyan", "green", "magenta", "yellow", "blue"];
/**
 * Blocks of at least this many bytes are written directly; smaller ones are joined with their
 * neighbours first.
 */
const BLOCK = 64 * 1024;
/** Columns a name before a line has at the most: of a longer one the end is shown. */
const MAX_LABEL = 24;
const NEWLINE = new Uint8Array([0x0a]);

/** What can be written to. */
export interface Writer {
  writeSync(bytes: Uint8Array): number;
}

/** Prints lines of logs. */
export class LogPrinter {
  readonly #context: Context;
  readonly #options: LogOptions;
  /** Columns of the names before the lines; 0: there are none. */
  #labelWidth = 0;
  readonly #colors = new Map<string, Color>();

  constructor(context: Context, options: LogOptions) {
    this.#context = context;
    this.#options = options;
  }

  /**
   * Puts the name of its process before each line from now on, all of the same width.
   *
   * @param names All that may come.
   */
  label(names: Iterable<string>): void {
    this.#labelWidth = Math.min(MAX_LABEL, Math.max(0, ...[...names].map(({ length }) => length)));
  }

  /** @param to Where the lines go; standard output by default. */
  print(lines: readonly SourceLine[], to: Writer = Deno.stdout): void {
    if (lines.length === 0) return;
    if (this.#options.raw && !this.#context.json) {
      for (const { line: { bytes, isEnded } } of lines) {
        writeAll(to, bytes);
        if (isEnded) writeAll(to, NEWLINE);
      }
      return;
    }
    const format = this.#context.json ? formatJson : (line: SourceLine) => this.#format(line);
    let text = "";
    for (const line of lines) {
      if (!this.#isShownAsItIs(line)) {
        text += `${format(line)}\n`;
        continue;
      }
      writeAll(to, text);
      text = "";
      writeAll(to, line.line.bytes);
      writeAll(to, NEWLINE);
    }
    writeAll(to, text);
  }

  /**
   * Whether these lines would be printed exactly as their bytes are: a block is then written
   * without being decoded.
   */
  #isShownAsItIs({ line: { bytes }, source: { stream } }: SourceLine): boolean {
    const { isPlain, time, highlight } = this.#options;
    if (!isPlain || this.#labelWidth > 0 || time || bytes.length < BLOCK) return false;
    const isPainted = this.#context.color && (stream === "err" || highlight.length > 0);
    return !isPainted && isHarmless(bytes);
  }

  #format(line: SourceLine): string {
    if ((this.#labelWidth > 0 || this.#options.time) && line.text.includes("\n")) {
      return line.text.split("\n").map((text) => this.#format({ ...line, text })).join("\n");
    }
    const { color } = this.#context;
    const { source: { name, stream } } = line;
    const moment = this.#options.time ? formatMoment(line.by, this.#context.zone) : "";
    const time = this.#options.time ? `${paint(moment, "dim", color)} ` : "";
    const label = this.#labelWidth > 0
      ? `${paint(`${labelOf(name, this.#labelWidth)} |`, this.#colorOf(name), color)} `
      : "";
    const shown = printable(line.text, color);
    const marked = color ? highlight(shown, this.#options.highlight) : shown;
    return `${time}${label}${paint(marked, stream === "err" ? "red" : undefined, color)}`;
  }

  #colorOf(name: string): Color {
    let color = this.#colors.get(name);
    if (!color) {
      color = NAME_COLORS[this.#colors.size % NAME_COLORS.length]!;
      this.#colors.set(name, color);
    }
    return color;
  }
}

/** The end of a name says most: the number of the instance, or the port. */
function labelOf(name: string, width: number): string {
  return name.length > width ? `…${name.slice(1 - width)}` : name.padEnd(width);
}

function formatJson({ source: { name, stream }, by, text }: SourceLine): string {
  const time = Math.round(by * 1000) / 1000;
  return JSON.stringify({ time, name, stream, line: text });
}
