/**
 * A real terminal for tests: tmux with a server of its own, which knows nothing of the
 * user's.
 *
 * @module
 */
import { Tsm, tsmCommand, until } from "./harness.ts";

/** Whether there is a tmux. */
export function hasTmux(): boolean {
  try {
    return new Deno.Command("tmux", { args: ["-V"], stdout: "null" }).outputSync().success;
  } catch {
    return false;
  }
}

/** One terminal with a shell in it, in which `tsm` works on the root of a test. */
export class Tmux implements AsyncDisposable {
  readonly #tsm: Tsm;
  readonly #socket: string;

  private constructor(tsm: Tsm) {
    this.#tsm = tsm;
    this.#socket = `${tsm.work}/tmux.sock`;
  }

  static async open(tsm: Tsm, columns: number, rows: number): Promise<Tmux> {
    const tmux = new Tmux(tsm);
    const words = tsmCommand().map((word) => `'${word}'`).join(" ");
    const setup = tsm.write("tsm.rc", `tsm() { ${words} "$@"; }\nPS1='ready> '\n`);
    const size = ["-x", String(columns), "-y", String(rows)];
    const shell = `exec bash --init-file ${setup} -i`;
    await tmux.#run("new-session", "-d", ...size, "-s", "t", shell);
    await tmux.shows(/ready>/);
    return tmux;
  }

  /** What is on the screen. */
  async screen(): Promise<string> {
    return await this.#run("capture-pane", "-p", "-t", "t");
  }

  /** Types keys, by the names tmux has for them; characters one by one. */
  async type(...keys: string[]): Promise<void> {
    await this.#run("send-keys", "-t", "t", ...keys);
  }

  /** Types a command line. */
  async enter(line: string): Promise<void> {
    await this.#run("send-keys", "-t", "t", "-l", line);
    await this.type("Enter");
  }

  async resize(columns: number, rows: number): Promise<void> {
    await this.#run("resize-window", "-t", "t", "-x", String(columns), "-y", String(rows));
  }

  /** Awaits that the screen matches; gives it. */
  async shows(pattern: RegExp): Promise<string> {
    let last = "";
    try {
      return await until(`${pattern}`, async () => {
        last = await this.screen();
        return pattern.test(last) ? last : undefined;
      });
    } catch {
      throw new Deno.errors.TimedOut(`waited in vain for ${pattern} on the screen:\n${last}`);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#run("kill-server").catch(() => {});
  }

  async #run(...args: string[]): Promise<string> {
    const { success, stdout, stderr } = await new Deno.Command("tmux", {
      args: ["-u", "-S", this.#socket, "-f", "/dev/null", ...args],
      cwd: this.#tsm.work,
      env: { TSM_ROOT: this.#tsm.root, LC_ALL: "C.UTF-8", TERM: "screen-256color" },
      stdin: "null",
    }).output();
    const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    if (!success) throw new Error(`tmux ${args.join(" ")}: ${decode(stderr)}`);
    return decode(stdout);
  }
}
