import { messageOf } from "../../errors.ts";
import { settlesWithin } from "../../async/settles_within.ts";
import { isThere } from "../../files/path_info.ts";
import { removeIfThere } from "../../files/replace_file.ts";
import { withFormerLimit } from "../../process/linux/open_file_limit.ts";
import { readProcessTable } from "../../process/linux/read_process_table.ts";
import { isZombie } from "../../process/process_table.ts";
import { sendSignal } from "../../process/signals.ts";
import type { UserAccount } from "../../process/linux/user_account.ts";
import type { Environment } from "../../program/environment.ts";
import { type Exit, toExit } from "./launch.ts";
import { setUpByShell } from "./set_up_by_shell.ts";
import { type Program, spawnInSession } from "./spawn_in_session.ts";

/** A command line that reads a text. */
export interface InputPlan {
  /** What a shell runs. */
  readonly line: string;
  readonly cwd: string;
  readonly env: Environment;
  readonly user: UserAccount | undefined;
  /** Milliseconds after which it is killed, with its session. */
  readonly timeout: number;
  /** What it reads from its standard input. */
  readonly input: string;
  /** Where that text lies meanwhile, where it runs as another user; nothing else may be there. */
  readonly inputPath: string;
  /** See `set_up_by_shell.ts`. */
  readonly handover: string;
}

/** How it ended, and the end of what it printed. */
export interface InputOutcome {
  readonly exit: Exit;
  readonly output: string;
  /** Why it was ended, where it did not end by itself. */
  readonly ended?: string;
}

/** Bytes of its output that are kept, and those after which it is not read any further. */
const KEPT = 4096;
const MAX_OUTPUT = 1024 * 1024;
/** Milliseconds between two looks at what a command has left behind in its session. */
const LOOK_EVERY = 500;
/** Milliseconds within which one that was killed has to be gone. */
const KILL_PATIENCE = 5000;
/** Milliseconds by which a command may outlast its time where its supervisor died. */
const GRACE = 5000;

/**
 * Runs a command line to the end of its session, its stdout and stderr in one text.
 *
 * @throws {Deno.errors.TimedOut} if it cannot be killed.
 * @throws whatever keeps it from being started.
 */
export async function runWithInput(plan: InputPlan): Promise<InputOutcome> {
  const deadline = performance.now() + plan.timeout;
  try {
    const child = spawn(plan);
    const output = new OutputEnd(child.stdout);
    const exited = child.status.then(toExit);
    const exit = await settlesWithin(exited, plan.timeout);
    if (exit !== undefined && await leavesSession(child.pid, deadline)) {
      return { exit, ...await output.read() };
    }
    await killSession(child.pid);
    const killed = exit ?? await settlesWithin(exited, KILL_PATIENCE);
    const ended = `has not ended within ${plan.timeout / 1000} s`;
    if (killed === undefined) throw new Deno.errors.TimedOut(`${ended}, and cannot be killed`);
    return { exit: killed, ...await output.read(), ended };
  } finally {
    if (plan.user) removeIfThere(plan.inputPath);
  }
}

function spawn({ line, cwd, env, user, timeout, input, inputPath, handover }: InputPlan) {
  const argv = [...outlasting(timeout), "/bin/sh", "-c", `exec 2>&1\n${line}`];
  const program = { argv: argv as unknown as Program["argv"], cwd, env };
  if (user) {
    removeIfThere(inputPath);
    Deno.writeTextFileSync(inputPath, input, { createNew: true, mode: 0o600 });
    using setUp = setUpByShell(program, { user, fifo: inputPath }, handover);
    return start(setUp.program, setUp.stdin);
  }
  // Not by a file: that the disk is full may be the very news.
  const child = start(program, "piped");
  write(child, input).catch(() => {
    // It does not read.
  });
  return child;
}

async function write({ stdin }: Deno.ChildProcess, text: string): Promise<void> {
  const writer = stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
}

function start(program: Program, stdin: Deno.FsFile | "piped"): Deno.ChildProcess {
  const argv = [...withFormerLimit(), ...program.argv] as unknown as Program["argv"];
  return spawnInSession({ ...program, argv }, { stdin, stdout: "piped" });
}

/** The words by which a command is ended although its supervisor has died. */
function outlasting(timeout: number): readonly string[] {
  const program = ["/usr/bin/timeout", "/bin/timeout"].find(isThere);
  return program === undefined
    ? []
    : [program, "-s", "KILL", String(Math.ceil((timeout + GRACE) / 1000))];
}

/**
 * Waits until nobody is left in the session of a command that has ended. As long as somebody is,
 * its number is given to nobody else.
 *
 * @returns whether that was in time.
 */
async function leavesSession(session: number, deadline: number): Promise<boolean> {
  while ((await membersOf(session)).length > 0) {
    const left = deadline - performance.now();
    if (left <= 0) return false;
    await new Promise((resolve) => setTimeout(resolve, Math.min(LOOK_EVERY, left)));
  }
  return true;
}

async function killSession(session: number): Promise<void> {
  for (const pid of await membersOf(session)) sendSignal(pid, "SIGKILL");
}

async function membersOf(session: number): Promise<readonly number[]> {
  const table = await readProcessTable();
  return [...table.values()]
    .filter((entry) => entry.session === session && !isZombie(entry))
    .map(({ pid }) => pid);
}

/** Reads what a command prints and keeps its end; one that prints without end is not read on. */
class OutputEnd {
  readonly #stream: ReadableStreamDefaultReader<Uint8Array>;
  readonly #done: Promise<void>;
  #bytes = new Uint8Array(0);
  #total = 0;

  constructor(stream: ReadableStream<Uint8Array>) {
    this.#stream = stream.getReader();
    this.#done = this.#readOn();
  }

  /** What was kept, when its last writer has closed it, or a moment later. */
  async read(): Promise<{ readonly output: string; readonly ended?: string }> {
    await settlesWithin(this.#done, 200);
    await this.#stream.cancel().catch(() => {});
    const output = new TextDecoder().decode(this.#bytes);
    const isTooMuch = this.#total > MAX_OUTPUT;
    return { output, ...isTooMuch ? { ended: `printed more than ${MAX_OUTPUT} bytes` } : {} };
  }

  async #readOn(): Promise<void> {
    try {
      for (;;) {
        const { value, done } = await this.#stream.read();
        if (done) return;
        this.#total += value.length;
        const joined = new Uint8Array(this.#bytes.length + value.length);
        joined.set(this.#bytes);
        joined.set(value, this.#bytes.length);
        this.#bytes = joined.slice(-KEPT);
        // It gets SIGPIPE then.
        if (this.#total > MAX_OUTPUT) return await this.#stream.cancel();
      }
    } catch (error) {
      this.#bytes = new TextEncoder().encode(`its output cannot be read: ${messageOf(error)}`);
    }
  }
}
