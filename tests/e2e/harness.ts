/**
 * Drives the real program, in a root of its own.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { isSupervisorAlive } from "../../src/api/supervisor_lock.ts";
import type { Meta } from "../../src/meta/metadata.ts";
import { isPortFree } from "../../src/process/is_port_free.ts";
import { isZombie } from "../../src/process/process_table.ts";
import { parseRecord } from "../../src/process/linux/read_process_table.ts";
import { runtimeRoot } from "../../src/root.ts";
import { tsmCommand } from "./tested_program.ts";

export { tsmCommand };

/** How a command line ended, and what it said. */
export interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What may differ from call to call. */
export interface CallOptions {
  readonly cwd?: string;
  /** Variables over the harness's own. */
  readonly env?: Readonly<Record<string, string>>;
  /** Its standard input; `null` where nothing is said. */
  readonly stdin?: "piped";
}

/** Milliseconds that a command may take on the slowest of machines. */
const MAX_CALL = 300_000;
/** Milliseconds that anything else may take there, be it a dozen crashes in a row. */
const MAX_WAIT = 180_000;

/** A tsm of its own, in a temporary root that is cleaned up behind it. */
export class Tsm implements AsyncDisposable {
  /** The root. */
  readonly root: string;
  /** A directory for scripts and files of the test; the working directory of calls. */
  readonly work: string;
  readonly #base: string;
  readonly #program: readonly string[];

  /** @param program The words that run tsm. */
  constructor(program = tsmCommand()) {
    this.#program = program;
    // The root is named by its real path, as tsm hands it to its processes.
    this.#base = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "tsm-test-" }));
    this.root = `${this.#base}/root`;
    this.work = `${this.#base}/work`;
    Deno.mkdirSync(this.work);
  }

  /**
   * Runs a command to its end.
   *
   * @throws {Deno.errors.TimedOut} if it does not end: a test that hangs says nothing.
   */
  async run(args: readonly string[], options: CallOptions = {}): Promise<Result> {
    const child = this.command(args, options).spawn();
    let hangs = false;
    const timer = setTimeout(() => {
      hangs = true;
      child.kill("SIGKILL");
    }, MAX_CALL);
    try {
      const output = await child.output();
      const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
      const result = {
        code: output.code,
        stdout: decode(output.stdout),
        stderr: decode(output.stderr),
      };
      if (!hangs) return result;
      throw new Deno.errors.TimedOut(
        `tsm ${args.join(" ")} has not ended for ${MAX_CALL / 1000} s: ${
          result.stderr.slice(-2000)
        }`,
      );
    } finally {
      clearTimeout(timer);
    }
  }

  /** A command that is yet to be run. */
  command(args: readonly string[], options: CallOptions = {}): Deno.Command {
    return this.#process([...this.#program, ...args], options);
  }

  #process(command: readonly string[], { cwd, env, stdin }: CallOptions): Deno.Command {
    const [program, ...words] = command as [string, ...string[]];
    return new Deno.Command(program, {
      args: words,
      cwd: cwd ?? this.work,
      env: {
        PATH: Deno.env.get("PATH") ?? "/usr/bin:/bin",
        HOME: Deno.env.get("HOME") ?? this.#base,
        ...denoVariables(),
        TSM_ROOT: this.root,
        ...env,
      },
      clearEnv: true,
      stdin: stdin ?? "null",
      stdout: "piped",
      stderr: "piped",
    });
  }

  /** A command that is yet to be run, behind a line of shell that ends in `exec "$@"`. */
  shell(script: string, args: readonly string[], options: CallOptions = {}): Deno.Command {
    return this.#process(["/bin/sh", "-c", script, "sh", ...this.#program, ...args], options);
  }

  /** Runs a command that must succeed; gives what it printed. */
  async ok(...args: readonly string[]): Promise<string> {
    const result = await this.run(args);
    assertEquals(result.code, 0, `tsm ${args.join(" ")}: ${result.stderr}${result.stdout}`);
    return result.stdout;
  }

  /** Runs a command that must fail with `code`; gives what it said. */
  async fails(code: number, ...args: readonly string[]): Promise<string> {
    const result = await this.run(args);
    assertEquals(result.code, code, `tsm ${args.join(" ")}: ${result.stderr}${result.stdout}`);
    return result.stderr;
  }

  /**
   * Rotates the logs of a process. That may be refused where the machine lets a writer stand
   * still too late, and changes nothing then.
   */
  async rotate(name: string): Promise<string> {
    const rotated = await until(`a rotation of '${name}'`, async () => {
      const { code, stdout, stderr } = await this.run(["logs", "rotate", name]);
      if (code !== 0 && stderr.includes("does not stand still")) return undefined;
      assertEquals(code, 0, `tsm logs rotate ${name}: ${stderr}${stdout}`);
      return { stdout };
    }, MAX_CALL);
    return rotated.stdout;
  }

  /** What `ls --json` says, by name. */
  async list(): Promise<Readonly<Record<string, Omit<Meta, "status"> & { status: string }>>> {
    const listed = JSON.parse(await this.ok("ls", "--json")) as Meta[];
    return Object.fromEntries(listed.map((meta) => [meta.name, meta]));
  }

  /** The path of a file below the root. */
  path(...parts: readonly string[]): string {
    return [this.root, ...parts].join("/");
  }

  /** The text of a file below the root. */
  read(...parts: readonly string[]): string {
    return Deno.readTextFileSync(this.path(...parts));
  }

  /** Makes a file in the working directory; gives its path. */
  write(name: string, text: string, mode = 0o644): string {
    const path = `${this.work}/${name}`;
    Deno.writeTextFileSync(path, text, { mode });
    Deno.chmodSync(path, mode);
    return path;
  }

  /** The pid of the running supervisor. */
  supervisorPid(): number {
    return JSON.parse(this.read("runtime", "supervisor.json")).pid;
  }

  /** Ends the running supervisor with SIGKILL, and awaits that its lock is free. */
  async killSupervisor(): Promise<void> {
    const pid = this.supervisorPid();
    Deno.kill(pid, "SIGKILL");
    // A child of it that has not executed its program yet still holds the lock.
    const root = runtimeRoot(this.root);
    await until(
      "the end of the supervisor",
      () => !isRunning(pid) && (!isSupervisorAlive(root) || this.supervisorPid() !== pid),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // The supervisor with all the others: a shutdown would take as long as the slowest of them. What
    // still writes a file would keep its directory from being removed.
    await until("the end of what is left", async () => {
      const pids = await this.#leftovers();
      for (const pid of pids) {
        try {
          Deno.kill(pid, "SIGKILL");
        } catch {
          // It ended by itself.
        }
      }
      return pids.length === 0;
    });
    await Deno.remove(this.#base, { recursive: true });
  }

  /** Everything that still carries our root in its environment, or works in one of our directories. */
  async #leftovers(): Promise<number[]> {
    const pids: number[] = [];
    for await (const { name } of Deno.readDir("/proc")) {
      if (!/^\d+$/.test(name)) continue;
      try {
        const environment = await Deno.readTextFile(`/proc/${name}/environ`);
        const cwd = await Deno.readLink(`/proc/${name}/cwd`);
        const isOurs = environment.includes(`TSM_ROOT=${this.root}\0`);
        if (isOurs || `${cwd}/`.startsWith(`${this.#base}/`)) {
          pids.push(Number(name));
        }
      } catch {
        // It ended, or is another user's.
      }
    }
    return pids;
  }
}

/**
 * Awaits that `condition` holds, looking often; for what happens in other
 * processes and tells nobody. While a file it reads is not there yet, it does not hold.
 *
 * @throws {Deno.errors.TimedOut} if it does not hold within `timeout` milliseconds.
 */
export async function until<T>(
  what: string,
  condition: () => T | Promise<T>,
  timeout = MAX_WAIT,
): Promise<NonNullable<T>> {
  const deadline = performance.now() + timeout;
  while (true) {
    const looked = performance.now();
    // The last look is after the deadline: meanwhile the machine may have stood still.
    const isLast = looked >= deadline;
    let cause: unknown;
    try {
      const value = await condition();
      if (value) return value;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      cause = error;
    }
    if (isLast) {
      throw new Deno.errors.TimedOut(`waited ${timeout} ms in vain for: ${what}`, { cause });
    }
    // A condition that runs a command would else take a core from what it waits for.
    const pause = Math.min(Math.max(10, performance.now() - looked), 100);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/**
 * What a command wrote to its standard error, but for the lines that say what it waits for: on a busy
 * machine each may be told.
 */
export function withoutWaits(stderr: string): string {
  return stderr.replaceAll(/^tsm: waiting for .* …\n/gm, "");
}

/** Whether a process of this pid runs; a zombie does not. */
export function isRunning(pid: number): boolean {
  let record: string;
  try {
    record = Deno.readTextFileSync(`/proc/${pid}/stat`);
  } catch {
    return false;
  }
  return !isZombie(parseRecord(record));
}

/** How many ports in a row a test file has for itself. */
const OWN_PORTS = 100;

/** Held as long as the file is run: it claims the ports behind its own, which nobody else then takes. */
const portClaim = claimPorts();

/** How many of the file's ports have been given away since the first one was. */
let portsGiven = 0;

function claimPorts(): Deno.TcpListener {
  for (;;) {
    // From 23,100 on are those of the recorded files of PM2, which cannot take others.
    const port = 10_000 + OWN_PORTS * Math.floor(Math.random() * 130);
    try {
      return Deno.listen({ hostname: "127.0.0.1", port });
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
}

/**
 * A port that nobody listens on: one of the file's own, which no other file's test takes before the
 * program listens there, and below those that the system gives to connections.
 *
 * @param inARow So many from there on are free.
 */
export function freePort(inARow = 1): number {
  for (;;) {
    if (portsGiven + inARow >= OWN_PORTS) portsGiven = 0;
    const first = portClaim.addr.port + 1 + portsGiven;
    portsGiven += inARow;
    const ports = Array.from({ length: inARow }, (_, index) => first + index);
    if (ports.every(isPortFree)) return first;
  }
}

function denoVariables(): Record<string, string> {
  const names = ["DENO_DIR", "DENO_TLS_CA_STORE", "NPM_CONFIG_REGISTRY"];
  return Object.fromEntries(names.flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  }));
}
