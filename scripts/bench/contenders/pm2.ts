import type { Call, Contender, Daemon, Missing, Program } from "../contender.ts";
import { outputOf, run, which } from "../run.ts";

const VERSION = "7.0.4";

/**
 * PM2, installed from npm into a cache the first time.
 *
 * @param mayInstall Whether it may be fetched where it is not cached.
 */
export async function findPm2(mayInstall: boolean): Promise<Contender | Missing> {
  const cache = `${cacheDirectory()}/pm2-${VERSION}`;
  const program = `${cache}/node_modules/.bin/pm2`;
  const isThere = () => Deno.stat(program).then(() => true, () => false);
  if (!await isThere()) {
    if (!mayInstall) return { name: "PM2", reason: `not in ${cache}; a full run installs it` };
    const problem = await install(cache);
    if (problem !== undefined) return { name: "PM2", reason: problem };
  }
  return {
    name: "PM2",
    version: VERSION,
    async open(dir) {
      const daemon = new Pm2Daemon(program, dir);
      await run(daemon.ls());
      return daemon;
    },
  };
}

function cacheDirectory(): string {
  return `${Deno.env.get("XDG_CACHE_HOME") ?? `${Deno.env.get("HOME")}/.cache`}/tsm`;
}

async function install(cache: string): Promise<string | undefined> {
  if (await which("npm") === undefined) return "npm, which installs it, is missing";
  console.error(`bench: installing PM2 ${VERSION} into ${cache}`);
  const work = await Deno.makeTempDir({ prefix: "tsm-bench-pm2-" });
  const flags = ["--no-save", "--no-audit", "--no-fund", "--loglevel=error"];
  const { success } = await new Deno.Command("npm", {
    args: ["install", "--prefix", work, ...flags, `pm2@${VERSION}`],
    stdin: "null",
    stdout: "null",
  }).spawn().status;
  if (success) {
    await Deno.mkdir(cache, { recursive: true });
    await run({ argv: ["/bin/cp", "-a", `${work}/.`, cache] });
  }
  await Deno.remove(work, { recursive: true });
  return success ? undefined : "npm could not install it";
}

class Pm2Daemon implements Daemon {
  readonly #program: string;
  readonly #dir: string;

  constructor(program: string, dir: string) {
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
    return { argv: [this.#program, ...args], env: { PM2_HOME: this.#dir } };
  }
}
