import { TextLineStream } from "@std/streams";
import { messageOf } from "../../src/errors.ts";
import { PLAIN_COMPILE_FLAGS } from "../compile_flags.ts";
import type { Program } from "./contender.ts";
import { command, environment, run, which } from "./run.ts";

/** What the machine can do at all. */
export interface Limits {
  /** A compiled Deno program that does nothing. */
  readonly empty: string;
  /** One that waits. */
  readonly idle: string;
  /** `limit.c`; `undefined` where there is no C compiler that works. */
  readonly spawner: string | undefined;
}

/**
 * Compiles what is compared with into `dir`.
 *
 * @throws {Error} if Deno cannot compile.
 */
export async function compileLimits(dir: string): Promise<Limits> {
  const source = `${import.meta.dirname}/limit`;
  const empty = await compile(`${source}/empty.ts`, `${dir}/empty`);
  const idle = await compile(`${source}/idle.ts`, `${dir}/idle`);
  return { empty, idle, spawner: await compileC(`${source}/limit.c`, `${dir}/limit`) };
}

async function compileC(source: string, output: string): Promise<string | undefined> {
  const compiler = await which("cc");
  if (compiler === undefined) return undefined;
  try {
    await run({ argv: [compiler, "-O2", "-o", output, source] });
    return output;
  } catch (error) {
    console.log(`limit left out where it is limit.c: ${messageOf(error)}`);
    return undefined;
  }
}

async function compile(source: string, output: string): Promise<string> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["compile", ...PLAIN_COMPILE_FLAGS, "--output", output, source],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  if (!success) throw new Error(`deno compile: ${new TextDecoder().decode(stderr).trim()}`);
  return output;
}

/** Processes that `limit.c` starts and stops. */
export class LimitProcesses implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #answers: ReadableStreamDefaultReader<string>;

  private constructor(spawner: string, count: number, program: Program) {
    // Its children inherit its standard error, so that a pipe would never end.
    this.#child = new Deno.Command(spawner, {
      args: [String(count), ...program.argv],
      env: environment(),
      clearEnv: true,
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.#input = this.#child.stdin.getWriter();
    this.#answers = this.#child.stdout.pipeThrough(new TextDecoderStream())
      .pipeThrough(new TextLineStream()).getReader();
  }

  /** `count` times `program`, none of them running yet; `undefined` where there is no C compiler. */
  static of(
    { spawner }: Limits,
    count: number,
    program: Program,
  ): LimitProcesses | undefined {
    return spawner === undefined ? undefined : new LimitProcesses(spawner, count, program);
  }

  /** Does it, and returns when the system calls have returned. */
  async do(what: "start" | "stop" | "restart"): Promise<void> {
    await this.#input.write(new TextEncoder().encode(`${what}\n`));
    const { value } = await this.#answers.read();
    if (value !== "done") throw new Error(`limit.c answered '${value}' to '${what}'`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#input.close();
    await this.#child.status;
    await this.#answers.cancel();
  }
}

/** A process that runs `program` until it is disposed of. */
export class Background implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;

  constructor(program: string) {
    this.#child = command({ argv: [program] }).spawn();
  }

  get pid(): number {
    return this.#child.pid;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#child.status;
  }
}
