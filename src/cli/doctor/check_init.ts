import { delay } from "@std/async/delay";
import { exists, type InitSystem } from "../../startup/init_system.ts";
import { findInitSystem } from "../../startup/init_systems.ts";
import { isZombie } from "../../process/process_table.ts";
import { readProcessTable } from "../../process/linux/read_process_table.ts";
import type { Arguments } from "../parse/arguments.ts";
import type { Context } from "../context.ts";
import { planService } from "../service_plan.ts";
import type { CheckResult } from "./check_result.ts";

const check = "boot";
/** Milliseconds an init that reaps may take: some look only every few seconds. */
const PATIENCE = 5000;
const LOOK_EVERY = 250;

/** Looks whether tsm is started at boot, and whether somebody reaps what is left behind. */
export async function checkInit(
  context: Context,
  args: Arguments,
): Promise<readonly CheckResult[]> {
  return [await checkUnit(context, args), ...await checkReaper()];
}

async function checkUnit(context: Context, args: Arguments): Promise<CheckResult> {
  let init: InitSystem;
  try {
    init = findInitSystem(undefined);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotSupported)) throw error;
    const message = "no init system that tsm knows runs this machine: nothing starts tsm at boot";
    return { check, status: "note", message, fix: "in a container, 'tsm run' starts processes" };
  }
  const scopes = init.hasUserServices ? ["system", "user"] as const : ["system"] as const;
  for (const scope of scopes) {
    const plan = await planService(args, context, scope);
    const path = init.path(plan);
    if (!exists(path)) continue;
    if (init.startsAtBoot(plan)) {
      return { check, status: "ok", message: `${init.name} starts tsm: ${path}` };
    }
    const message = `${path} starts tsm with your first session, and not at boot`;
    const fix = init.lingerCommand(plan);
    return { check, status: "note", message, ...fix === undefined ? {} : { fix } };
  }
  const message = `${init.name} runs this machine and does not start tsm at boot`;
  return { check, status: "note", message, fix: "'tsm startup' prints the unit" };
}

async function checkReaper(): Promise<readonly CheckResult[]> {
  let left = await zombiesOfInit();
  for (const until = performance.now() + PATIENCE; left.length > 0;) {
    if (performance.now() > until) break;
    await delay(LOOK_EVERY);
    const present = await zombiesOfInit();
    left = left.filter((pid) => present.includes(pid));
  }
  if (left.length === 0) return [];
  return [{
    check: "pid 1",
    status: "problem",
    message: `it does not reap; zombies: ${left.join(", ")}`,
    fix: "'docker run --init', or a shell as pid 1: see 'tsm run --help'",
  }];
}

async function zombiesOfInit(): Promise<readonly number[]> {
  return [...(await readProcessTable()).values()].filter((entry) =>
    entry.ppid === 1 && isZombie(entry)
  ).map(({ pid }) => pid);
}
