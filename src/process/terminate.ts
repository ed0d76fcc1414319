import { delay } from "@std/async/delay";
import { isZombie, leaderTree, type ProcessEntry, processTree } from "./process_table.ts";
import { readProcessTable } from "./linux/read_process_table.ts";
import { settlesWithin } from "../async/settles_within.ts";
import { pidExists, sendSignal } from "./signals.ts";
import { findStrayPids, type StrayMarks } from "./strays.ts";

/** Milliseconds a process may take to end by SIGKILL: one that waits for a disk takes none. */
const KILL_PATIENCE = 10_000;

/** A process and all it started, and what is needed to find them. */
export interface ProcessFamily extends StrayMarks {
  /** The process, its `start` against pid reuse; `null`: only strays are left. */
  readonly leader: { readonly pid: number; readonly start: number } | null;
  /** Other processes found to belong to it. */
  readonly known?: readonly ProcessEntry[];
}

/**
 * Finds the living processes that belong to a family: its leader's session and
 * descendants, and strays.
 *
 * @param present The leader of the run that goes on, if there is one: what belongs to it need not
 * be looked at, which after a crash saves two of five programs.
 */
export async function findFamily(
  family: ProcessFamily,
  excluded: ReadonlySet<number>,
  present?: { readonly pid: number; readonly start: number },
): Promise<ProcessEntry[]> {
  const table = await readProcessTable();
  const members = processTree(table, family.leader, new Map(), excluded);
  const others = present ? leaderTree(table, present) : [];
  return [...members, ...await findStrays(family, [...members, ...others], excluded)];
}

/** How {@linkcode terminate} ends a tree. */
export interface TerminateOptions {
  readonly signal: Deno.Signal;
  /** Milliseconds from the signal to SIGKILL. */
  readonly killTimeout: number;
  /** Until when the leader asks not to be killed, by `performance.now()`; asked again and again. */
  readonly extendedUntil?: () => number;
  /** Settles when the leader has ended; saves looking for it. */
  readonly exited?: Promise<unknown>;
  /** Aborted where nobody will wait for `killTimeout`: what is left gets SIGKILL now. */
  readonly hurry?: AbortSignal;
  /** Told before the first signal. */
  readonly begun?: () => void;
  /** Pids never to be signalled, nor searched for descendants. */
  readonly excluded: ReadonlySet<number>;
  /** Whether strays, which have left the session, are ended too. */
  readonly strays: boolean;
}

/**
 * Ends a process and all that belongs to it: its session, its descendants, and strays. Whatever is
 * left after `killTimeout` gets SIGKILL.
 *
 * @returns when the last of them is gone.
 * @throws {Deno.errors.TimedOut} if one does not end even by SIGKILL.
 */
export async function terminate(family: ProcessFamily, options: TerminateOptions): Promise<void> {
  const { leader } = family;
  const known = new Map((family.known ?? []).map(({ pid, start }) => [pid, start]));
  const signalled = new Set<number>();
  // From the first signal: where a look takes long, nobody is killed without having been asked.
  let deadline = Infinity;
  const killableFrom = () => Math.max(deadline, options.extendedUntil?.() ?? 0);
  let killedAt = Infinity;
  let looksForStrays = options.strays ? 2 : 0;
  let kills = 0;
  for (let round = 0;; round++) {
    const members = processTree(await readProcessTable(), leader, known, options.excluded);
    // At first by name. Once more when all are gone, for one may have left while we looked; who
    // holds a log is looked for only then, since that takes longer, and has its own time to end.
    if (members.length === 0 && looksForStrays > 0) {
      looksForStrays = 0;
      members.push(...await findStrays(family, members, options.excluded));
      deadline = performance.now() + options.killTimeout;
      killedAt = Infinity;
    } else if (looksForStrays === 2) {
      looksForStrays = 1;
      members.push(...await findStrays({ ...family, logs: [] }, members, options.excluded));
    }
    if (members.length === 0) return;
    if (round === 0) {
      deadline = performance.now() + options.killTimeout;
      options.begun?.();
    }
    const overdue = performance.now() >= killableFrom() || options.hurry?.aborted === true;
    // From the first SIGKILL: where the machine stood still, none has been sent yet.
    if (performance.now() >= killedAt + KILL_PATIENCE) throw unkillable(members[0]!);
    if (overdue) killedAt = Math.min(killedAt, performance.now());
    for (const member of members) {
      known.set(member.pid, member.start);
      if (overdue) sendSignal(member.pid, "SIGKILL");
      else if (!signalled.has(member.pid)) end(member, options.signal);
      signalled.add(member.pid);
    }
    if (overdue) await delay(Math.min(10 * 2 ** kills++, 500));
    else if (round === 0 && leader) await leaderGone(leader.pid, killableFrom(), options);
    // The leader is gone, others linger: look less and less often.
    else await delay(Math.min(killableFrom() - performance.now(), 5 * 2 ** Math.min(round, 6)));
  }
}

/**
 * Waits until the leader has ended, by its event or by looking, or for a second:
 * where nobody reaps it, a look at the table tells.
 */
async function leaderGone(
  pid: number,
  deadline: number,
  { exited, hurry }: Pick<TerminateOptions, "exited" | "hurry">,
): Promise<void> {
  const gone = exited?.then(() => true) ?? new Promise<never>(() => {});
  const until = Math.min(deadline, performance.now() + 1000);
  for (let pause = 2; performance.now() < until; pause = Math.min(pause * 2, 50)) {
    if (await settlesWithin(gone, pause) || !pidExists(pid) || hurry?.aborted) return;
  }
}

function unkillable({ pid, comm, state }: ProcessEntry): Error {
  return new Deno.errors.TimedOut(
    `its process ${pid} (${comm}, state ${state}) does not end even by SIGKILL; it waits for a ` +
      "disk or is held by a debugger, and is gone when that ends",
  );
}

function end(member: ProcessEntry, signal: Deno.Signal): void {
  sendSignal(member.pid, signal);
  // A stopped process takes no signal but SIGKILL until it goes on.
  if (member.state === "T") sendSignal(member.pid, "SIGCONT");
}

/** The living strays of the family that are not among `members`. */
async function findStrays(
  family: ProcessFamily,
  members: readonly ProcessEntry[],
  excluded: ReadonlySet<number>,
): Promise<ProcessEntry[]> {
  const pids = await findStrayPids(family, new Set(members.map(({ pid }) => pid)));
  if (pids.size === 0) return [];
  const table = await readProcessTable();
  return [...pids].map((pid) => table.get(pid)).filter((entry) =>
    entry !== undefined && !isZombie(entry) && !excluded.has(entry.pid)
  ) as ProcessEntry[];
}
