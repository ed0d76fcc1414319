import { slices } from "../../async/slices.ts";
import { settlesWithin } from "../../async/settles_within.ts";
import type { Spec } from "../../meta/spec.ts";
import { abandon, launch, type LaunchedProcess } from "../launch/launch.ts";
import { statusOfRun } from "../../meta/readiness.ts";
import { startBound } from "../../process/linux/process_clock.ts";
import { ASK_FOR_TABLE } from "../../process/linux/read_process_table.ts";
import type { RuntimeRoot } from "../../root.ts";
import { runHook } from "../launch/hooks.ts";
import { planLaunch } from "../launch/launch_spec.ts";
import { makeLogLinks } from "../launch/link_logs.ts";
import { recordLaunch } from "../launch/record_launch.ts";
import { childRun, type Run } from "../launch/run.ts";
import type { ProcessDirectory } from "./process_directory.ts";
import { type MetaChange, NOT_RUNNING, type RecordedState } from "./recorded_state.ts";

/** Of many that are launched at the same time, requests and exits wait for no more than so many. */
const launchSlice = slices(16);

/**
 * Launches a process, behind its `pre_start` hook. Before its program is started the disk says
 * that it is `launching`, or is being restarted, and its pid file is written in the same turn: a
 * supervisor that is killed leaves no program that the next one does not find.
 *
 * @param options.abort Ends its hook; it is not launched then.
 * @param options.headStart Milliseconds that the program has before its start time is looked up:
 * what reads that is a program of its own, and on few cores the two would begin at half the speed.
 * @param options.open Opens what its program says by that it is ready, and returns what is to be
 * noted for that.
 * @param options.started Told when its program has been started, before anybody can see it online,
 * and when it was launched, in milliseconds since the epoch: what changes from then on is a change
 * to the program that runs, and what is recorded of it then is not lost with the supervisor.
 * @returns the run: `online`, or `launching` where it is waited for until it is ready.
 * @throws whatever keeps it from being launched or noted; nothing runs then.
 */
export async function launchRun(
  host: { readonly root: RuntimeRoot; readonly rootPath: string },
  state: RecordedState,
  directory: ProcessDirectory,
  spec: Spec,
  { abort, headStart = 0, open, started }: {
    readonly abort: AbortSignal;
    readonly headStart?: number | undefined;
    readonly open: () => MetaChange;
    readonly started: (pid: number, launchedAt: number) => void;
  },
): Promise<Run> {
  const launching = (opened: MetaChange = {}) => {
    const change: MetaChange = {
      ...NOT_RUNNING,
      ...opened,
      status: "launching",
      intent: state.lastingIntent ?? "start",
      request: state.meta.request,
    };
    // A restart is finished by the next supervisor in any case, which ends what was launched.
    if (spec.hooks === null && state.isNotedToRestart) state.set(change);
    else state.ensure(change);
  };
  if (spec.hooks?.pre_start !== undefined) {
    launching();
    await runHook(host, { meta: state.meta, spec }, "pre_start", abort);
  }
  await launchSlice();
  const plan = await planLaunch(host, state.meta, spec);
  if (spec.log_links !== null) {
    await makeLogLinks({ rootPath: host.rootPath, name: state.meta.name, spec }, plan.user);
  }
  launching(open());
  const earliest = startBound();
  const launchedAt = Date.now();
  const begunAt = performance.now();
  const launched = launch(plan);
  try {
    // Nothing may be waited for from the launch to here.
    directory.notePid(launched.pid);
    const { pid, exited } = launched;
    if (headStart > 0) await settlesWithin(exited, headStart);
    const recorded = await recordLaunch({ root: host.root, name: state.meta.name, pid });
    if (recorded === undefined) await refuseUnlessEnded(launched);
    const run = childRun({ pid, exited, start: recorded ?? earliest }, begunAt);
    started(pid, launchedAt);
    const readiness = spec.wait_ready === null ? undefined : "pending";
    state.writeOver({
      status: statusOfRun(readiness),
      readiness,
      pid,
      pid_start: run.start,
      start_time: Math.floor(launchedAt / 1000),
      retry_at: undefined,
      intent: state.lastingIntent,
      request: undefined,
    });
    return run;
  } catch (error) {
    abandon(launched);
    throw error;
  }
}

/**
 * A process that lives and is not in the table could not be adopted by the next supervisor,
 * which would start it a second time.
 */
async function refuseUnlessEnded({ pid, exited }: LaunchedProcess): Promise<void> {
  if (await settlesWithin(exited, 1000)) return;
  throw new Deno.errors.UnexpectedEof(
    `its process ${pid} is not in the process table, though it runs; ${ASK_FOR_TABLE}`,
  );
}
