import { lastLines } from "../../logs/last_lines.ts";
import { isCompletion } from "../../meta/completion.ts";
import type { Exit } from "../launch/launch.ts";
import { isIdle } from "../../process/linux/is_idle.ts";
import { isReady } from "../../meta/readiness.ts";
import { settlesWithin } from "../../async/settles_within.ts";
import { turnEnds } from "../../async/turn_ends.ts";
import type { ManagedProcess } from "../process/managed_process.ts";
import { choosesItsPort } from "../ports/sibling_port.ts";
import { describeExit, type Run } from "../launch/run.ts";
import { missingHealth, missingListener } from "../readiness/missing.ts";

/** How long a start waits. */
export interface AwaitReadyOptions {
  /**
   * Milliseconds until it must be ready; 0: its `ready_timeout` where it has a
   * `wait_ready`, else only its first moments are watched.
   */
  readonly wait: number;
  /** Size of its `current.err` before the launch, in bytes: what follows is new. */
  readonly errSize: number;
  /** Whether it must be healthy, where it has a check, whatever its `wait_ready` says. */
  readonly healthy?: boolean;
  /**
   * Whether it is taken to be running as soon as it waits for something, as a server does for
   * connections, so that the answer comes sooner. Finding that out takes helper programs: where
   * many are started at the same time, it costs more than it saves.
   */
  readonly untilIdle?: boolean;
  /**
   * Whether it is the next run beside a present one, which is ended where it does not become ready:
   * what is advised for a process that is there is no advice then.
   */
  readonly isBeside?: boolean;
}

/** The first moments, in milliseconds: what dies in them is reported as a failed start. */
const FIRST_MOMENTS = 50;
/** How long they are at most where they end as soon as it is idle, in milliseconds. */
const FIRST_MOMENTS_UNTIL_IDLE = 100;
/** Milliseconds between two looks whether it is idle. */
const IDLE_INTERVAL = 5;
/** Milliseconds between two looks whether it is ready. */
const READY_INTERVAL = 25;

/** What waiting takes to know of the process. */
export interface StartingProcess
  extends Pick<ManagedProcess, "meta" | "spec" | "health" | "readiness" | "portReason"> {
  readonly directory: Pick<ManagedProcess["directory"], "errPath">;
}

/**
 * Waits until a process that was just launched is ready: as its `wait_ready` has it,
 * else listening on its port if it has one, else up for its `min_uptime`.
 *
 * @throws {Deno.errors.Interrupted} with its exit code and last lines of stderr, if it dies.
 * @throws {Deno.errors.TimedOut} saying what it is still missing when the time is up.
 */
export async function awaitReady(
  process: StartingProcess,
  run: Run,
  { wait, errSize, healthy = false, untilIdle = false, isBeside = false }: AwaitReadyOptions,
): Promise<void> {
  const { meta: { name }, spec } = process;
  const time = wait === 0 && spec.wait_ready !== null ? spec.ready_timeout : wait;
  using end = linesAtEnd(process, run, errSize);
  const refuseIfEnded = async (exit: Exit | undefined) => {
    if (!exit) return;
    const uptime = run.uptime();
    const lines = await end.lines;
    const why = await process.portReason(exit, errSize);
    throw new Deno.errors.Interrupted(failure(name, exit, { uptime, lines, why, isBeside }));
  };
  const started = performance.now();
  const early = await exitInFirstMoments(process, run, untilIdle);
  if (early && isJobDone(process, early)) return;
  await refuseIfEnded(early);
  // Whether a program shares its port shows when it listens, and that is later than that.
  const isSharing = spec.share_port && spec.port !== null;
  const watched = time === 0 && isSharing ? spec.min_uptime : time;
  while (watched > 0) {
    const missing = await missingFor(process, run, healthy);
    if (missing === undefined) return;
    // Where nobody has said how long to wait, it may ask for more time itself.
    const isTimeOver = wait === 0 && spec.wait_ready !== null
      ? process.meta.readiness !== "pending"
      : performance.now() >= started + watched;
    if (isTimeOver) {
      if (time === 0) return;
      throw new Deno.errors.TimedOut(
        `Cannot call '${name}' ready after ${time / 1000} s: ${missing}` +
          (isBeside ? "" : `; it runs on, 'tsm logs ${name}' shows what it says`),
      );
    }
    const exit = await settlesWithin(run.exited, READY_INTERVAL);
    if (exit && isJobDone(process, exit)) return;
    await refuseIfEnded(exit);
  }
}

/**
 * Reads the last lines of its stderr in the moment in which the run ends: its restart may rename the
 * log before the next look. A run that ends later, when nobody waits any more, is not looked at.
 */
function linesAtEnd(
  { directory }: StartingProcess,
  run: Run,
  errSize: number,
): Disposable & { readonly lines: Promise<readonly string[]> } {
  let isAwaited = true;
  const lines = run.exited.then(() => isAwaited ? lastLines(directory.errPath, 10, errSize) : []);
  // Where they cannot be read, whoever asks for them is told; without one, it would be unhandled.
  lines.catch(() => {});
  return { lines, [Symbol.dispose]: () => void (isAwaited = false) };
}

/** Milliseconds in which an instance that is started anew must be ready. */
export function patienceFor({ spec }: Pick<StartingProcess, "spec">): number {
  return Math.max(spec.ready_timeout, spec.min_uptime + 1000);
}

/** Whether it has done what it was started for: it is not meant to run for good. */
function isJobDone({ spec }: StartingProcess, { code }: Exit): boolean {
  return code === 0 && isCompletion(spec, code);
}

/** What it is still missing to be ready, if anything. */
async function missingFor(
  { meta, spec, health, readiness }: StartingProcess,
  run: Run,
  healthy: boolean,
): Promise<string | undefined> {
  if (!isReady(meta)) return readiness.missing;
  if (healthy && spec.health !== null) return missingHealth(health);
  if (spec.wait_ready !== null) return undefined;
  // One that has a port is waited for as if it were that.
  if (spec.port !== null) return await missingListener(spec, run);
  return run.uptime() >= spec.min_uptime ? undefined : "not up long enough";
}

function exitInFirstMoments(
  process: StartingProcess,
  run: Run,
  untilIdle: boolean,
): Promise<Exit | undefined> {
  // Where the program chooses its port itself, one of the first two instances cannot have it.
  if (process.spec.instance <= 1 && choosesItsPort(process)) {
    return exitBeforeIdle(run, process.spec.min_uptime);
  }
  return untilIdle
    ? exitBeforeIdle(run, FIRST_MOMENTS_UNTIL_IDLE)
    : settlesWithin(run.exited, FIRST_MOMENTS);
}

/** @param time Milliseconds that are waited at the most. */
async function exitBeforeIdle(run: Run, time: number): Promise<Exit | undefined> {
  // The first look at once: its launch has been noted meanwhile, which takes some milliseconds.
  for (const end = performance.now() + time; performance.now() < end;) {
    if (await isIdle(run.pid)) break;
    const exit = await settlesWithin(run.exited, IDLE_INTERVAL);
    if (exit) return exit;
  }
  // No timer, which takes two milliseconds at least: what has ended by now is known in the next turn.
  return await Promise.race([run.exited, turnEnds()]) ?? undefined;
}

function failure(
  name: string,
  exit: Exit,
  { uptime, lines, why, isBeside }: {
    readonly uptime: number;
    /** The last ones of its stderr. */
    readonly lines: readonly string[];
    readonly why: string | undefined;
    readonly isBeside: boolean;
  },
): string {
  const said = lines.length > 0
    ? `its last words on stderr:\n${lines.map((line) => `  ${line}`).join("\n")}`
    : "it wrote nothing to stderr";
  const ended = exit.signal === null ? describeExit(exit) : `was ${describeExit(exit)}`;
  if (why !== undefined) return `Cannot keep '${name}' running: ${why} (it ${ended})`;
  const advice = isBeside
    ? ""
    : `\n'tsm logs ${name}' shows the rest, 'tsm stop ${name}' removes it`;
  const after = `${Math.round(uptime)} ms after its start`;
  return `Cannot keep '${name}' running: it ${ended}, ${after}; ${said}${advice}`;
}
