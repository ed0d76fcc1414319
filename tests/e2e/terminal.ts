/**
 * A real terminal for tests: tmux with a server of its own, which knows nothing of the
 * user's.
 *
 * @module
 */
import { type Tsm, tsmCommand, until } from "./harness.ts";

/** How a terminal is opened. */
export interface TerminalOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Columns and rows. */
  readonly size?: readonly [number, number];
}

/** A terminal in which a program runs. */
export class Terminal implements AsyncDisposable {
  readonly #dir = Deno.makeTempDirSync({ prefix: "tsm-tmux-" });
  readonly #options: TerminalOptions;

  private constructor(options: TerminalOptions) {
    this.#options = options;
  }

  /** Runs a command in a terminal of its own. */
  static async open(command: readonly string[], options: TerminalOptions): Promise<Terminal> {
    const terminal = new Terminal(options);
    const [columns, rows] = options.size ?? [100, 30];
    const size = ["-x", String(columns), "-y", String(rows)];
    await terminal.#tmux("new-session", "-d", ...size, ...command);
    return terminal;
  }

  /** Runs a shell, in which `tsm` works on the root of a test. */
  static async openShell(tsm: Tsm, ...size: readonly [number, number]): Promise<Terminal> {
    const words = tsmCommand().map((word) => `'${word}'`).join(" ");
    const setup = tsm.write("tsm.rc", `tsm() { ${words} "$@"; }\nPS1='ready> '\n`);
    const options = { cwd: tsm.work, env: { TSM_ROOT: tsm.root }, size };
    const terminal = await Terminal.open(["bash", "--init-file", setup, "-i"], options);
    await terminal.shows(/ready>/);
    return terminal;
  }

  /** Types text as it is. */
  async type(text: string): Promise<void> {
    await this.#tmux("send-keys", "-l", text);
  }

  /** Presses keys, by the names tmux has for them, as `Tab`. */
  async press(...keys: readonly string[]): Promise<void> {
    await this.#tmux("send-keys", ...keys);
  }

  /** Types a command line. */
  async enter(line: string): Promise<void> {
    await this.type(line);
    await this.press("Enter");
  }

  async resize(columns: number, rows: number): Promise<void> {
    await this.#tmux("resize-window", "-x", String(columns), "-y", String(rows));
  }

  /** What is on the screen. */
  screen(): Promise<string> {
    return this.#tmux("capture-pane", "-p");
  }

  /** Awaits that the screen shows `wanted`, on `rows` rows if told; gives the screen. */
  async shows(wanted: string | RegExp, rows?: number): Promise<string> {
    let last = "";
    try {
      await until(`${wanted}`, async () => {
        last = await this.screen();
        // A screen may be seen while it is drawn.
        if (rows !== undefined && last.trimEnd().split("\n").length !== rows) return false;
        return typeof wanted === "string" ? last.includes(wanted) : wanted.test(last);
      });
      return last;
    } catch (cause) {
      const where = rows === undefined ? "on the screen" : `on ${rows} rows`;
      throw new Error(`Cannot see ${wanted} ${where}:\n${last}`, { cause });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tmux("kill-server").catch(() => {});
    await Deno.remove(this.#dir, { recursive: true });
  }

  async #tmux(...args: readonly string[]): Promise<string> {
    const { success, stdout, stderr } = await new Deno.Command("tmux", {
      args: ["-u", "-S", `${this.#dir}/socket`, "-f", "/dev/null", ...args],
      cwd: this.#options.cwd,
      // The first one starts the server, and what runs in it inherits this.
      env: { LC_ALL: "C.UTF-8", ...this.#options.env },
      stdin: "null",
    }).output();
    const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    if (!success) throw new Error(`tmux ${args.join(" ")}: ${decode(stderr)}`);
    return decode(stdout);
  }
}
