import type { Program } from "./contender.ts";
import { run } from "./run.ts";

/** A program that has just begun to run. */
export interface Sighting {
  readonly name: string;
  readonly pid: number;
}

/** A fifo into which programs write a line when they begin: the same news for every contender. */
export class Beacon implements Disposable {
  readonly #path: string;
  readonly #file: Deno.FsFile;
  readonly #seen: Sighting[] = [];
  #wake: () => void = () => {};
  #closed = false;

  private constructor(path: string) {
    this.#path = path;
    // Open for both: reading never meets an end.
    this.#file = Deno.openSync(path, { read: true, write: true });
    this.#read();
  }

  static async make(path: string): Promise<Beacon> {
    await run({ argv: ["mkfifo", path] });
    return new Beacon(path);
  }

  /**
   * A program that says it has begun, then sleeps until it is ended.
   *
   * @param first What it does before it sleeps, in the shell's words.
   */
  program(name: string, first = ":"): Program {
    const script = `echo "${name} $$" >"$0"; ${first}; exec sleep 100000`;
    return { name, argv: ["/bin/sh", "-c", script, this.#path] };
  }

  /** So many of these, each by a name of its own. */
  programs(count: number): Program[] {
    return Array.from({ length: count }, (_, index) => this.program(`app-${index + 1}`));
  }

  /** Forgets what was seen so far. */
  clear(): void {
    this.#seen.length = 0;
  }

  /**
   * Awaits that `count` programs have begun since {@linkcode Beacon.clear}.
   *
   * @throws {Deno.errors.TimedOut} after two minutes.
   */
  async sightings(count: number): Promise<readonly Sighting[]> {
    const timer = setTimeout(() => this.#wake(), 120_000);
    const deadline = performance.now() + 119_000;
    while (this.#seen.length < count) {
      if (performance.now() > deadline) {
        throw new Deno.errors.TimedOut(`only ${this.#seen.length} of ${count} programs began`);
      }
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
    clearTimeout(timer);
    return this.#seen.slice(0, count);
  }

  async #read(): Promise<void> {
    const decoder = new TextDecoder();
    const buffer = new Uint8Array(65536);
    let rest = "";
    for (;;) {
      const size = await this.#file.read(buffer) ?? 0;
      if (this.#closed) return this.#file.close();
      const lines = (rest + decoder.decode(buffer.subarray(0, size))).split("\n");
      rest = lines.pop()!;
      for (const line of lines) {
        const [name = "", pid] = line.split(" ");
        this.#seen.push({ name, pid: Number(pid) });
      }
      this.#wake();
    }
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    // A read that is under way ends with this.
    this.#file.writeSync(new TextEncoder().encode("\n"));
  }
}
