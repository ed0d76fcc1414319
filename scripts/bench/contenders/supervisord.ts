import type { Call, Contender, Daemon, Missing, Program } from "../contender.ts";
import { outputOf, run, which } from "../run.ts";
import { until } from "../until.ts";

/** supervisord, from Debian's package `supervisor`. */
export async function findSupervisord(): Promise<Contender | Missing> {
  const program = await which("supervisord");
  const control = await which("supervisorctl");
  if (program === undefined || control === undefined) {
    return { name: "supervisord", reason: "not on PATH; Debian's package 'supervisor' has it" };
  }
  return {
    name: "supervisord",
    version: (await outputOf({ argv: [program, "--version"] })).trim(),
    async open(dir) {
      const daemon = new SupervisordDaemon(control, dir);
      await daemon.begin(program);
      return daemon;
    },
  };
}

class SupervisordDaemon implements Daemon {
  readonly #control: string;
  readonly #dir: string;
  #sections = "";

  constructor(control: string, dir: string) {
    this.#control = control;
    this.#dir = dir;
  }

  async begin(program: string): Promise<void> {
    await this.#writeConfig();
    await run({ argv: [program, "-c", this.#config] });
    // It answers 3 where something is stopped, 4 where it cannot be reached.
    await until("supervisord", async () => (await outputOf(this.#call("pid"))).trim() !== "");
  }

  supervisors(): readonly number[] {
    return [Number(Deno.readTextFileSync(`${this.#dir}/supervisord.pid`))];
  }

  async add(programs: readonly Program[]): Promise<void> {
    await this.#define(programs, true);
    await run(this.#call("update"));
  }

  async startOne(program: Program): Promise<Call> {
    await this.#define([program], false);
    await run(this.#call("update"));
    return this.#call("start", program.name);
  }

  async startFile(programs: readonly Program[]): Promise<Call> {
    await this.#define(programs, true);
    return this.#call("update");
  }

  ls(): Call {
    return { argv: ["/bin/sh", "-c", `'${this.#control}' -c '${this.#config}' status || :`] };
  }

  restartAll(): Call {
    return this.#call("restart", "all");
  }

  stopAll(): Call {
    return this.#call("stop", "all");
  }

  startAll(): Call {
    return this.#call("start", "all");
  }

  async pids(): Promise<ReadonlyMap<string, number>> {
    const lines = (await outputOf(this.#call("status"))).split("\n");
    return new Map(lines.flatMap((line) => {
      const [, name, pid] = /^(\S+) +RUNNING +pid (\d+),/.exec(line) ?? [];
      return name === undefined ? [] : [[name, Number(pid)]];
    }));
  }

  log(name: string): string {
    return `${this.#dir}/${name}.log`;
  }

  stateBytes(): Promise<number> {
    return Promise.resolve(this.#sections.length);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const [pid] = this.supervisors();
    await run(this.#call("shutdown"));
    await until(
      "the end of supervisord",
      () => Deno.stat(`/proc/${pid}`).then(() => false, () => true),
    );
  }

  get #config(): string {
    return `${this.#dir}/supervisord.conf`;
  }

  async #define(programs: readonly Program[], autostart: boolean): Promise<void> {
    for (const { name, argv } of programs) {
      const command = argv.map((word) => `'${word.replaceAll("%", "%%")}'`).join(" ");
      // Counted as running at once, as the others do it; its default is after a second.
      this.#sections += `
[program:${name}]
command=${command}
autostart=${autostart}
autorestart=true
startsecs=0
stdout_logfile=${this.log(name)}
stdout_logfile_maxbytes=0
stderr_logfile=${this.#dir}/${name}.err
`;
    }
    await this.#writeConfig();
  }

  async #writeConfig(): Promise<void> {
    await Deno.writeTextFile(
      this.#config,
      `[supervisord]
logfile=${this.#dir}/supervisord.log
pidfile=${this.#dir}/supervisord.pid
minfds=10000
[unix_http_server]
file=${this.#dir}/supervisor.sock
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://${this.#dir}/supervisor.sock
${this.#sections}`,
    );
  }

  #call(...args: readonly string[]): Call {
    return { argv: [this.#control, "-c", this.#config, ...args] };
  }
}
