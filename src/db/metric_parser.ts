/**
 * Reads lines of `db/metrics` from their bytes: a month of a hundred processes is
 * 4.3 million of them, and `JSON.parse` takes four times as long.
 *
 * @module
 */
import { isValidName } from "../root.ts";
import type { LineProblem } from "./line_problems.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

// The texts between the values, compared four bytes at a time; the last four may overlap the ones
// before.
const TIME = words('{"time":');
const NAME = words(',"name":"');
const CPU = words('","cpu":');
const MEM = words(',"mem":');
const CPU_MAX = words(',"cpu_max":');
const MEM_MAX = words(',"mem_max":');

const QUOTE = 0x22;
const POINT = 0x2e;
const ZERO = 0x30;
const END = 0x7d;

const NEWLINE = 0x0a;
/** Maximum of a line in bytes: the fast path reads no further from its beginning. */
const MAX_LINE = 512;
const MAX_NAME = 64;
const MAX_DIGITS = 20;

/**
 * Where {@linkcode readNumber} stopped. As a field of the parser it makes parsing take half as long
 * again.
 */
let end = 0;

/** Reads one line after another; its fields are those of the last one. */
export class MetricParser {
  /** Epoch seconds. */
  time = 0;
  /** Which process, an index of {@linkcode names}. */
  process = 0;
  /** Per cent of one core. */
  cpu = 0;
  /** KiB. */
  mem = 0;
  cpuMax = 0;
  memMax = 0;
  /** The names seen so far. */
  readonly names: string[] = [];
  readonly #spelled: Uint8Array[] = [];
  readonly #indices = new Map<string, number>();
  /** Which process followed which: in the next minute it most likely does so again. */
  readonly #next: number[] = [];
  #bytes: Uint8Array = new Uint8Array(0);
  #view: DataView = new DataView(this.#bytes.buffer);

  /**
   * Reads the line that begins at `from`, if it is exactly as tsm writes it: the fast path.
   *
   * @returns the index of its line break; -1: it is written in another way, and {@linkcode parse}
   * tells whether it is right.
   */
  parseUsual(bytes: Uint8Array, from: number): number {
    if (from + MAX_LINE > bytes.length) return -1;
    if (bytes !== this.#bytes) {
      this.#bytes = bytes;
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    const view = this.#view;
    if (!is8(view, from, TIME)) return -1;
    const time = readNumber(bytes, from + 8);
    if (end < 0 || !is8(view, end, NAME) || bytes[end + 8] !== QUOTE) return -1;
    const name = end + 9;
    let nameEnd = name;
    while (nameEnd - name < MAX_NAME && bytes[nameEnd] !== QUOTE) nameEnd++;
    if (!is8(view, nameEnd, CPU)) return -1;
    const cpu = readNumber(bytes, nameEnd + 8);
    if (end < 0 || !is7(view, end, MEM)) return -1;
    const mem = readNumber(bytes, end + 7);
    if (end < 0 || !is11(view, end, CPU_MAX)) return -1;
    const cpuMax = readNumber(bytes, end + 11);
    if (end < 0 || !is11(view, end, MEM_MAX)) return -1;
    const memMax = readNumber(bytes, end + 11);
    if (end < 0 || bytes[end] !== END || bytes[end + 1] !== NEWLINE) return -1;
    const lineEnd = end + 1;
    const process = this.#processAt(bytes, name, nameEnd);
    if (process < 0) return -1;
    this.#take(time, process, cpu, mem, cpuMax, memMax);
    return lineEnd;
  }

  /** Reads any line `bytes` between the two indices; tells what is wrong with it, if anything. */
  parse(bytes: Uint8Array, from: number, to: number): LineProblem | undefined {
    let value: Readonly<Record<string, unknown>> | null;
    try {
      value = JSON.parse(decoder.decode(bytes.subarray(from, to)));
    } catch {
      return "damaged";
    }
    const { time, name, cpu, mem, cpu_max = cpu, mem_max = mem } = value ?? {};
    const isMetric = typeof name === "string" && isValidName(name) &&
      isAmount(time) && isAmount(cpu) && isAmount(mem) && isAmount(cpu_max) && isAmount(mem_max);
    if (!isMetric) return "foreign";
    this.#take(time, this.#processOf(name), cpu, mem, cpu_max, mem_max);
    return undefined;
  }

  #take(
    time: number,
    process: number,
    cpu: number,
    mem: number,
    cpuMax: number,
    memMax: number,
  ): void {
    this.#next[this.process] = process;
    this.time = time;
    this.process = process;
    this.cpu = cpu;
    this.mem = mem;
    this.cpuMax = cpuMax;
    this.memMax = memMax;
  }

  #processAt(bytes: Uint8Array, from: number, to: number): number {
    const expected = this.#next[this.process];
    if (expected !== undefined) {
      const spelled = this.#spelled[expected]!;
      let at = from;
      while (at < to && bytes[at] === spelled[at - from]) at++;
      if (at === to && spelled.length === to - from) return expected;
    }
    const name = decoder.decode(bytes.subarray(from, to));
    return isValidName(name) ? this.#processOf(name) : -1;
  }

  #processOf(name: string): number {
    let process = this.#indices.get(name);
    if (process === undefined) {
      process = this.names.push(name) - 1;
      this.#indices.set(name, process);
      this.#spelled.push(encoder.encode(name));
    }
    return process;
  }
}

/** The first four bytes of `text`, the next four, and the last four. */
function words(text: string): { readonly a: number; readonly b: number; readonly z: number } {
  const view = new DataView(encoder.encode(text).buffer);
  const { byteLength } = view;
  return {
    a: view.getUint32(0),
    b: view.getUint32(Math.min(4, byteLength - 4)),
    z: view.getUint32(byteLength - 4),
  };
}

type Words = ReturnType<typeof words>;

function is7(view: DataView, at: number, { a, z }: Words): boolean {
  return view.getUint32(at) === a && view.getUint32(at + 3) === z;
}

function is8(view: DataView, at: number, { a, b }: Words): boolean {
  return view.getUint32(at) === a && view.getUint32(at + 4) === b;
}

function is11(view: DataView, at: number, { a, b, z }: Words): boolean {
  return view.getUint32(at) === a && view.getUint32(at + 4) === b && view.getUint32(at + 7) === z;
}

/** Reads digits, with or without a point and digits, and notes in `end` where they end; -1: none. */
function readNumber(bytes: Uint8Array, from: number): number {
  let value = 0;
  let at = from;
  let digit = bytes[at]! - ZERO;
  while (digit >= 0 && digit <= 9) {
    value = value * 10 + digit;
    digit = bytes[++at]! - ZERO;
  }
  const digits = at - from;
  // JSON has no leading zeros.
  const isNumber = digits > 0 && digits <= MAX_DIGITS && (digits === 1 || bytes[from] !== ZERO);
  end = isNumber ? at : -1;
  if (bytes[at] !== POINT || end < 0) return value;
  const point = at;
  let divisor = 1;
  digit = bytes[++at]! - ZERO;
  while (digit >= 0 && digit <= 9) {
    value = value * 10 + digit;
    divisor *= 10;
    digit = bytes[++at]! - ZERO;
  }
  end = at === point + 1 || at - point > MAX_DIGITS ? -1 : at;
  return value / divisor;
}

function isAmount(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && Number.isFinite(value);
}
