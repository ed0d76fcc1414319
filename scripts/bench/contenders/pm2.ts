import type { Call, Contender, Daemon, Missing, Program } from "../contender.ts";
import { WORKERS } from "../http/node_server.ts";
import { environment, outputOf, run } from "../run.ts";
import { fromNpm } from "./npm_cache.ts";

const VERSION = "7.0.4";

/** What npm installs. */
export const PM2_PACKAGE = `pm2@${VERSION}`;

/**
 * PM2, installed from npm into a cache the first time.
 *
 * @param mayInstall Whether it may be fetched where it is not cached.
 * @param nodeDir The directory of the node that runs it; by default that of the PATH.
 */
export async function findPm2(
  mayInstall: boolean,
  nodeDir?: string,
): Promise<Contender | Missing> {
  const installed = await fromNpm([PM2_PACKAGE], mayInstall);
  if ("reason" in installed) return { name: "PM2", reason: installed.reason };
  const program = `${installed.dir}/node_modules/.bin/pm2`;
  return {
    name: "PM2",
    version: VERSION,
    async open(dir) {
      const daemon = new Pm2Daemon(program, dir, nodeDir);
      await run(daemon.ls());
      return daemon;
    },
  };
}

class Pm2Daemon implements Daemon {
  readonly #program: string;
  readonly #dir: string;
  readonly #nodeDir: string | undefined;

  constructor(program: string, dir: string, nodeDir: string | undefined) {
    this.#nodeDir = nodeDir;
    this.#program = program;
    this.#dir = dir;
  }

  supervisors(): readonly number[] {
    return [Number(Deno.readTextFileSync(`${this.#dir}/pm2.pid`))];
  }

  async add(programs: readonly Program[]): Promise<void> {
    await run(await this.startFile(programs));
  }

  startOne(program: Program): Promise<Call> {
    const [script, ...args] = program.argv as [string, ...string[]];
    const flags = ["--name", program.name, "--interpreter", "none"];
    return Promise.resolve(this.#call("start", script, ...flags, "--", ...args));
  }

  async startFile(programs: readonly Program[]): Promise<Call> {
    const path = `${this.#dir}/bench.json`;
    const apps = programs.map(({ name, argv: [script, ...args] }) => ({
      name,
      script,
      args,
      interpreter: "none",
    }));
    await Deno.writeTextFile(path, JSON.stringify({ apps }));
    return this.#call("start", path);
  }

  ls(): Call {
    return this.#call("ls");
  }

  restartAll(): Call {
    return this.#call("restart", "all");
  }

  stopAll(): Call {
    return this.#call("stop", "all");
  }

  startAll(): Call {
    return this.#call("restart", "all");
  }

  startWorkers(file: string): Call {
    return this.#call("start", file);
  }

  reloadWorkers(): Call {
    return this.#call("reload", WORKERS);
  }

  async pids(): Promise<ReadonlyMap<string, number>> {
    const text = await outputOf(this.#call("jlist"));
    // Where it has just started its daemon it says so first.
    const [line] = text.trim().split("\n").slice(-1);
    const listed = JSON.parse(line!) as { name: string; pid?: number }[];
    return new Map(listed.flatMap(({ name, pid }) => pid ? [[name, pid]] : []));
  }

  log(name: string): string {
    return `${this.#dir}/logs/${name}-out.log`;
  }

  async stateBytes(): Promise<number> {
    await run(this.#call("save", "--force"));
    let sum = (await Deno.stat(`${this.#dir}/dump.pm2`)).size;
    for await (const { name } of Deno.readDir(`${this.#dir}/pids`)) {
      sum += (await Deno.stat(`${this.#dir}/pids/${name}`)).size;
    }
    return sum;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await run(this.#call("kill"));
  }

  #call(...args: readonly string[]): Call {
    const { PATH = "" } = environment();
    const path = this.#nodeDir === undefined ? PATH : `${this.#nodeDir}:${PATH}`;
    return { argv: [this.#program, ...args], env: { PM2_HOME: this.#dir, PATH: path } };
  }
}
