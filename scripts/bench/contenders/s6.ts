import type { Call, Contender, Daemon, Missing, Program } from "../contender.ts";
import { childrenOf, isRunning } from "../proc.ts";
import { command, outputOf, run, which } from "../run.ts";
import { until } from "../until.ts";

/** s6, from Debian's package of the same name: a small supervisor for each process. */
export async function findS6(): Promise<Contender | Missing> {
  if (await which("s6-svscan") === undefined) {
    return { name: "s6", reason: "s6-svscan is not on PATH; Debian's package 's6' has it" };
  }
  const version = await outputOf({
    argv: ["/bin/sh", "-c", "dpkg-query -W -f '${Version}' s6 2>/dev/null || echo unknown"],
  });
  return {
    name: "s6",
    version: version.trim(),
    async open(dir) {
      const daemon = new S6Daemon(dir);
      await daemon.begin();
      return daemon;
    },
  };
}

class S6Daemon implements Daemon {
  readonly #scan: string;
  #svscan: Deno.ChildProcess | undefined;

  constructor(dir: string) {
    this.#scan = `${dir}/scan`;
  }

  async begin(): Promise<void> {
    await Deno.mkdir(this.#scan);
    this.#svscan = command({ argv: ["s6-svscan", "-c", "2000", this.#scan] }).spawn();
    await until(
      "s6-svscan",
      () => Deno.stat(`${this.#scan}/.s6-svscan/control`).then(() => true, () => false),
    );
  }

  supervisors(): readonly number[] {
    const { pid } = this.#svscan!;
    return [pid, ...childrenOf(pid)];
  }

  async add(programs: readonly Program[]): Promise<void> {
    await run(await this.startFile(programs));
    await until("s6 to run all", async () => (await this.pids()).size >= programs.length);
  }

  async startOne(program: Program): Promise<Call> {
    await this.#define(program, false);
    await run(this.#rescan);
    const dir = `${this.#scan}/${program.name}`;
    await until("s6-supervise", async () => (await outputOf(this.#status(dir))) !== "");
    return { argv: ["s6-svc", "-wu", "-u", dir] };
  }

  async startFile(programs: readonly Program[]): Promise<Call> {
    for (const program of programs) await this.#define(program, true);
    return this.#rescan;
  }

  ls(): Call {
    return this.#shell(`for dir in "$1"/*/; do [ ! -d "$dir" ] || s6-svstat "$dir"; done`);
  }

  restartAll(): Call {
    return this.#shell(`for dir in "$1"/*/; do s6-svc -r "$dir" || exit; done`);
  }

  stopAll(): Call {
    return this.#shell(
      `for dir in "$1"/*/; do s6-svc -d "$dir" || exit; done; exec s6-svwait -d "$1"/*/`,
    );
  }

  startAll(): Call {
    return this.#shell(
      `for dir in "$1"/*/; do s6-svc -u "$dir" || exit; done; exec s6-svwait -u "$1"/*/`,
    );
  }

  async pids(): Promise<ReadonlyMap<string, number>> {
    const text = await outputOf(this.#shell(
      `for dir in "$1"/*/; do echo "$(basename "$dir") $(s6-svstat -o pid "$dir")"; done`,
    ));
    const pairs = text.trim().split("\n").map((line) => line.split(" "));
    return new Map(
      pairs.flatMap(([name, pid]) => Number(pid) > 0 ? [[name!, Number(pid)]] : []),
    );
  }

  log(name: string): string {
    return `${this.#scan}/${name}/output`;
  }

  async stateBytes(): Promise<number> {
    const text = await outputOf(
      this.#shell(`cat "$1"/*/run "$1"/*/supervise/status "$1"/*/supervise/death_tally | wc -c`),
    );
    return Number(text);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const pids = this.supervisors();
    await run({ argv: ["s6-svscanctl", "-t", this.#scan] });
    await until("the end of s6", () => !pids.some(isRunning));
  }

  get #rescan(): Call {
    return { argv: ["s6-svscanctl", "-a", this.#scan] };
  }

  #status(dir: string): Call {
    return { argv: ["s6-svstat", dir] };
  }

  #shell(script: string): Call {
    return { argv: ["/bin/sh", "-c", script, "sh", this.#scan] };
  }

  async #define({ name, argv }: Program, up: boolean): Promise<void> {
    const dir = `${this.#scan}/${name}`;
    await Deno.mkdir(dir);
    const words = argv.map((word) => `'${word}'`).join(" ");
    const script = `#!/bin/sh\nexec ${words} >>'${this.log(name)}' 2>&1\n`;
    await Deno.writeTextFile(`${dir}/run`, script, { mode: 0o755 });
    if (!up) await Deno.writeTextFile(`${dir}/down`, "");
  }
}
