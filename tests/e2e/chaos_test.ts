import { assert, assertEquals } from "@std/assert";
import type { Meta } from "../../src/meta/metadata.ts";
import { randomNumbers, SEED } from "../seed.ts";
import { type Action, ACTIONS, Chaos, type Moment, MOMENTS, PROGRAM_COUNT } from "./chaos.ts";
import { isRunning, Tsm } from "./harness.ts";

const NAMES = ["a", "b", "c", "d", "e", "f"].map((letter) => `chaos-${letter}`);

/** What was done to a process in a round, and whether the supervisor said so. */
interface Step {
  readonly name: string;
  readonly action: Action;
  readonly before: Meta | undefined;
  readonly acknowledged: boolean;
}

/** The actions that make sense for a process in its present state. */
function possible(meta: Meta | undefined): readonly Action[] {
  if (meta === undefined) return ["start", "nothing"];
  if (meta.status === "stopped") return ["restart", "stop", "rotate", "flush", "nothing"];
  return ACTIONS.filter((action) => action !== "start");
}

/** Checks that what became of a process is what was asked, or, unacknowledged, what was before. */
function checkStep({ name, action, before, acknowledged }: Step, now: Meta | undefined): void {
  const what = `${name}, ${action}${acknowledged ? "" : " (unacknowledged)"}: ` +
    `${JSON.stringify(before)} became ${JSON.stringify(now)}`;
  const gone = before?.pid ?? undefined;
  const isSame = now?.pid === before?.pid && now?.status === before?.status &&
    now?.restarts === before?.restarts;
  if (["nothing", "rotate", "flush"].includes(action) || (!acknowledged && isSame)) {
    return assert(isSame, what);
  }
  if (gone !== undefined) assert(!isRunning(gone), what);
  if (action === "stop") return assertEquals(now, undefined, what);
  if (action === "keep") return assertEquals(now?.status, "stopped", what);
  assertEquals(now?.status, "online", what);
  const counts = action === "crash" || (action === "restart" && before?.status === "online");
  assertEquals(now?.restarts, (before?.restarts ?? 0) + (counts ? 1 : 0), what);
  assertEquals(now?.tsm_id, before?.tsm_id ?? now?.tsm_id, what);
}

/** Checks that nothing has happened to the processes that nobody touched. */
function checkCrowd(crowd: readonly Meta[], listed: Readonly<Record<string, Meta>>): void {
  for (const { name, pid } of crowd) {
    const now = listed[name];
    assertEquals({ pid: now?.pid, status: now?.status }, { pid, status: "online" }, name);
  }
}

/** Those that something happens to: the crowd writes no logs. */
function onlyNamed(listed: Readonly<Record<string, Meta>>): Readonly<Record<string, Meta>> {
  return Object.fromEntries(Object.entries(listed).filter(([name]) => NAMES.includes(name)));
}

Deno.test("a supervisor that is killed at any moment costs nothing", async () => {
  const rounds = Number(Deno.env.get("TSM_CHAOS_ROUNDS") ?? 20);
  // So many others, which nothing may ever happen to.
  const crowdSize = Number(Deno.env.get("TSM_CHAOS_CROWD") ?? 0);
  console.log(`TSM_CHAOS_ROUNDS=${rounds}`);
  const random = randomNumbers();
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;

  await using tsm = new Tsm();
  const chaos = new Chaos(tsm);
  await chaos.startSupervisor();
  const crowd = await chaos.startCrowd(crowdSize);
  let listed: Readonly<Record<string, Meta>> = {};
  for (let round = 1; round <= rounds; round++) {
    const plan = NAMES.map((name) => ({
      name,
      before: listed[name],
      action: pick(possible(listed[name])),
      which: Math.floor(random() * PROGRAM_COUNT),
    }));
    const moment: Moment = pick(MOMENTS);
    const target = pick(plan);
    const delay = random() * 120;
    const acting = Promise.all(plan.map(async ({ name, before, action, which }): Promise<Step> => {
      const acknowledged = await chaos.act(action, name, before, which);
      return { name, action, before, acknowledged };
    }));
    const saving = chaos.save();
    await chaos.awaitMoment(moment, target.name, target.before, delay);
    await chaos.killSupervisor();
    const steps = await acting;
    await saving;
    await chaos.startSupervisor();
    listed = await chaos.settled();
    try {
      for (const step of steps) checkStep(step, listed[step.name]);
      await chaos.checkAgainstReality(listed);
      await chaos.checkLogs(onlyNamed(listed));
      checkCrowd(crowd, listed);
      await chaos.checkFiles();
    } catch (error) {
      const at = `round ${round}, seed ${SEED}, killed at '${moment}' of ${target.name}`;
      throw new Error(`${at}: ${(error as Error).message}`, { cause: error });
    }
  }
  await chaos.killSupervisor();
});
