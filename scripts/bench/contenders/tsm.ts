import { request } from "../../../src/api/client.ts";
import { startMessage } from "../../../src/api/messages/start.ts";
import { readSupervisorFile } from "../../../src/api/supervisor_file.ts";
import { listProcesses } from "../../../src/meta/list_processes.ts";
import { processPaths, runtimeRoot } from "../../../src/root.ts";
import type { Call, Contender, Daemon, Program } from "../contender.ts";
import { WORKERS } from "../http/node_server.ts";
import { environment, run } from "../run.ts";

/** How many starts are under way at once while a crowd is made. */
const AT_ONCE = 8;

/** tsm itself, as `binary`. */
export function tsm(binary: string, version: string): Contender {
  return {
    name: "tsm",
    version,
    async open(dir) {
      const daemon = new TsmDaemon(binary, dir);
      await daemon.begin();
      return daemon;
    },
  };
}

class TsmDaemon implements Daemon {
  readonly #binary: string;
  readonly #dir: string;

  constructor(binary: string, dir: string) {
    this.#binary = binary;
    this.#dir = dir;
  }

  /** Starts a supervisor: there is none before something was started. */
  async begin(): Promise<void> {
    await run(this.#call("start", "sleep 100000", "--name", "first"));
    await run(this.#call("stop", "first"));
  }

  supervisors(): readonly number[] {
    return [this.#address.pid];
  }

  async add(programs: readonly Program[]): Promise<void> {
    const left = [...programs];
    const one = async () => {
      for (let program = left.shift(); program; program = left.shift()) {
        await request(this.#address, startMessage, {
          environment: { ...environment() },
          definitions: [{
            words: program.argv,
            name: program.name,
            cwd: this.#dir,
            explicit: {},
            settings: {},
          }],
          if_running: "refuse",
          source: "command",
          wait: 0,
        });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, one));
  }

  startOne({ name, argv }: Program): Promise<Call> {
    // Its log stays one file, as those of the others do.
    const flags = ["--name", name, "--log-max-size", "0"];
    return Promise.resolve(this.#call("start", ...flags, "--", ...argv));
  }

  async startFile(programs: readonly Program[]): Promise<Call> {
    const path = `${this.#dir}/tsm.jsonc`;
    const processes = Object.fromEntries(
      programs.map(({ name, argv }) => [name, { command: argv }]),
    );
    await Deno.writeTextFile(path, JSON.stringify({ processes }));
    return this.#call("start", path);
  }

  ls(): Call {
    return this.#call("ls");
  }

  restartAll(): Call {
    return this.#call("restart", "all");
  }

  stopAll(): Call {
    return this.#call("stop", "--keep", "all");
  }

  startAll(): Call {
    return this.#call("start", "all");
  }

  startWorkers(file: string): Call {
    return this.#call("start", file);
  }

  reloadWorkers(): Call {
    return this.#call("reload", WORKERS);
  }

  pids(): Promise<ReadonlyMap<string, number>> {
    const { metas } = listProcesses(this.#root);
    return Promise.resolve(
      new Map(metas.flatMap(({ name, pid }) => pid === null ? [] : [[name, pid]])),
    );
  }

  log(name: string): string {
    return processPaths(this.#root, name).out;
  }

  async stateBytes(): Promise<number> {
    const sizes = listProcesses(this.#root).metas.flatMap(({ name }) => {
      const { meta, spec, pid, env } = processPaths(this.#root, name);
      return [meta, spec, pid, env];
    });
    let sum = 0;
    for (const path of [...sizes, this.#root.baseEnv]) {
      sum += await Deno.stat(path).then(({ size }) => size, () => 0);
    }
    return sum;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await run(this.#call("shutdown"));
  }

  get #root() {
    return runtimeRoot(`${this.#dir}/root`);
  }

  get #address() {
    return readSupervisorFile(this.#root)!;
  }

  #call(...args: readonly string[]): Call {
    return { argv: [this.#binary, ...args], env: { TSM_ROOT: `${this.#dir}/root` } };
  }
}
