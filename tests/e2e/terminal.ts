import { until } from "./harness.ts";

/** Whether a program is on the PATH. */
export function isInstalled(program: string): boolean {
  return new Deno.Command("sh", { args: ["-c", `command -v ${program}`], stdout: "null" })
    .outputSync().success;
}

/** A terminal in which a program runs, by tmux. */
export class Terminal implements AsyncDisposable {
  readonly #socket: string;

  private constructor(socket: string) {
    this.#socket = socket;
  }

  /**
   * Runs a command in a terminal of its own.
   *
   * @param size Columns and rows.
   */
  static async open(
    command: readonly string[],
    options: {
      readonly cwd: string;
      readonly env?: Readonly<Record<string, string>>;
      readonly size?: readonly [number, number];
    },
  ): Promise<Terminal> {
    const { cwd, env = {}, size: [columns, rows] = [100, 30] } = options;
    const terminal = new Terminal(Deno.makeTempDirSync({ prefix: "tsm-tmux-" }) + "/socket");
    await terminal.#tmux(
      ...["-f", "/dev/null", "new-session", "-d", "-c", cwd],
      ...["-x", String(columns), "-y", String(rows)],
      ...Object.entries(env).flatMap(([name, value]) => ["-e", `${name}=${value}`]),
      ...command,
    );
    return terminal;
  }

  /** Types text, and keys by tmux's names, as `Tab`. */
  async type(text: string, ...keys: readonly string[]): Promise<void> {
    await this.#tmux("send-keys", "-l", text);
    if (keys.length > 0) await this.#tmux("send-keys", ...keys);
  }

  /** What is on the screen. */
  screen(): Promise<string> {
    return this.#tmux("capture-pane", "-p");
  }

  /** Awaits that the screen shows `text`; gives the screen. */
  async shows(text: string | RegExp): Promise<string> {
    let last = "";
    const isThere = () => typeof text === "string" ? last.includes(text) : text.test(last);
    await until(`'${text}' on the screen`, async () => {
      last = await this.screen();
      return isThere();
    }).catch((error) => {
      throw new Error(`${error.message}; it shows:\n${last}`);
    });
    return last;
  }

  async #tmux(...args: readonly string[]): Promise<string> {
    const { success, stdout, stderr } = await new Deno.Command("tmux", {
      args: ["-S", this.#socket, ...args],
    }).output();
    if (!success) throw new Error(`tmux ${args[0]}: ${new TextDecoder().decode(stderr)}`);
    return new TextDecoder().decode(stdout);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tmux("kill-server").catch(() => {});
    await Deno.remove(this.#socket.replace(/\/socket$/, ""), { recursive: true });
  }
}
