import type { Spec } from "../../meta/spec.ts";
import type { RuntimeRoot } from "../../root.ts";
import { runHook } from "../launch/hooks.ts";
import { launchSpec } from "../launch/launch_spec.ts";
import type { ProcessDirectory } from "./process_directory.ts";
import { NOT_RUNNING, type RecordedState } from "./recorded_state.ts";
import { childRun, type Run } from "../launch/run.ts";

/**
 * Launches a process, behind its `pre_start` hook: its pid is on the disk before its program is executed, so
 * that none ever runs that no file knows of.
 *
 * @param abort Ends its hook; it is not launched then.
 * @returns the run, its program about to be executed.
 * @throws whatever keeps it from being launched or noted; nothing runs then.
 */
export async function launchRun(
  host: { readonly root: RuntimeRoot; readonly rootPath: string },
  state: RecordedState,
  directory: ProcessDirectory,
  spec: Spec,
  abort: AbortSignal,
): Promise<Run> {
  if (spec.hooks?.pre_start !== undefined) {
    state.write({
      ...NOT_RUNNING,
      status: "launching",
      intent: state.lastingIntent ?? "start",
    });
    await runHook(host, { meta: state.meta, spec }, "pre_start", abort);
  }
  const gated = await launchSpec(host, state.meta, spec);
  const run = childRun(gated);
  try {
    // In one turn with the meta.json: a patrol between them would find a stale pid file.
    directory.notePid(run.pid);
    state.write({
      status: "launching",
      pid: run.pid,
      pid_start: run.start,
      start_time: Math.floor(Date.now() / 1000),
      retry_at: undefined,
      intent: state.lastingIntent,
    });
  } catch (error) {
    gated.abandon();
    throw error;
  }
  await gated.go();
  return run;
}
