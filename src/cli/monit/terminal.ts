import { readProcesses } from "../../process/linux/read_process_table.ts";
import { writeAll } from "../output/write_all.ts";
import { type Key, KeyDecoder } from "./decode_keys.ts";
import type { Size } from "./screen.ts";

/** The other screen, no cursor, and no wrapping of a line that is measured wrong. */
const ENTER = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J";
const LEAVE = "\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l";

/** Signals that end the program, and their numbers. */
const FATAL = { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGTERM: 15 } as const;

/** What a terminal tells. */
export interface TerminalEvents {
  /** Its size may have changed, or others have written to it: all has to be drawn anew. */
  redraw(): void;
}

/**
 * The terminal while a full-screen program has it: keys come as they are typed, and
 * however the program ends, or is stopped, it is left as it was found.
 */
export class Terminal implements Disposable {
  #isOurs = false;
  readonly #events: TerminalEvents;
  readonly #leave = () => this[Symbol.dispose]();

  private constructor(events: TerminalEvents) {
    this.#events = events;
  }

  /** Whether there is one, to read keys from and to draw on; a dumb one cannot be drawn on. */
  static isThere(): boolean {
    return Deno.stdin.isTerminal() && Deno.stdout.isTerminal() && Deno.env.get("TERM") !== "dumb";
  }

  /** Takes the terminal. */
  static open(events: TerminalEvents): Terminal {
    const terminal = new Terminal(events);
    terminal.#listen();
    terminal.#take();
    return terminal;
  }

  /** Its present size; 80 by 24 where the terminal was never told its size. */
  size(): Size {
    const { columns, rows } = Deno.consoleSize();
    return { columns: columns || 80, rows: rows || 24 };
  }

  /** The keys that are typed, until the terminal is gone. */
  async *keys(): AsyncGenerator<Key> {
    const decoder = new KeyDecoder();
    for await (const bytes of Deno.stdin.readable) yield* decoder.push(bytes);
  }

  /**
   * Does what the terminal would have done for Ctrl-Z: stops the whole job.
   *
   * @returns `false` where no shell is there that could continue it.
   */
  async suspend(): Promise<boolean> {
    const self = (await readProcesses([Deno.pid])).get(Deno.pid);
    if (self?.session === Deno.pid) return false;
    Deno.kill(0, "SIGTSTP");
    return true;
  }

  /** Leaves the terminal as it was found. */
  [Symbol.dispose](): void {
    if (!this.#isOurs) return;
    this.#isOurs = false;
    try {
      writeAll(Deno.stdout, LEAVE);
      Deno.stdin.setRaw(false);
    } catch {
      // The terminal is gone.
    }
  }

  #take(): void {
    // Back to the mode of before first: setRaw(true) remembers the present mode, which the shell
    // may have changed while tsm was stopped.
    if (this.#isOurs) Deno.stdin.setRaw(false);
    Deno.stdin.setRaw(true);
    this.#isOurs = true;
    writeAll(Deno.stdout, ENTER);
  }

  #listen(): void {
    for (const [signal, number] of Object.entries(FATAL)) {
      Deno.addSignalListener(signal as keyof typeof FATAL, () => {
        this.#leave();
        Deno.exit(128 + number);
      });
    }
    Deno.addSignalListener("SIGTSTP", () => {
      this.#leave();
      Deno.kill(Deno.pid, "SIGSTOP");
    });
    Deno.addSignalListener("SIGCONT", () => {
      this.#take();
      this.#events.redraw();
    });
    Deno.addSignalListener("SIGWINCH", () => this.#events.redraw());
    for (const event of ["error", "unhandledrejection", "unload"]) {
      globalThis.addEventListener(event, this.#leave);
    }
  }
}
