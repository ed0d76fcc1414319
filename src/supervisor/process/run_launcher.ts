import type { DetailedEvent, EventDetail } from "../../db/record_events.ts";
import type { Spec } from "../../meta/spec.ts";
import { checkLogFile } from "../launch/log_files.ts";
import type { RuntimeRoot } from "../../root.ts";
import { planLaunch } from "../launch/launch_spec.ts";
import type { Run } from "../launch/run.ts";
import type { ReadinessMonitor } from "../readiness/readiness_monitor.ts";
import type { RestartTriggers } from "../triggers/restart_triggers.ts";
import { launchRun } from "./launch_run.ts";
import type { ProcessDirectory } from "./process_directory.ts";
import { NOT_RUNNING, type RecordedState } from "./recorded_state.ts";

/** What {@linkcode RunLauncher} is made of. */
export interface RunLauncherOptions {
  readonly host: {
    readonly root: RuntimeRoot;
    readonly rootPath: string;
    recordAll(events: readonly DetailedEvent[], name: string, at?: number): void;
  };
  readonly state: RecordedState;
  readonly directory: ProcessDirectory;
  readonly triggers: RestartTriggers;
  readonly readiness: Pick<ReadinessMonitor, "open" | "close">;
  /** Told before each launch. */
  readonly launching: (event: "start" | "restart") => Promise<void>;
}

/** How a run is launched. */
export interface LaunchOptions {
  /**
   * What is to be recorded with the launch, as of the same moment: how the run before it ended.
   * `meta.json` has to hold it until then.
   */
  readonly unrecorded?: readonly DetailedEvent[];
  /** As of {@linkcode launchRun}. */
  readonly headStart?: number;
}

/** Launches the runs of one process. */
export class RunLauncher {
  readonly #options: RunLauncherOptions;
  /** Ends the hook of a launch that is under way. */
  #abort: AbortController | undefined;

  constructor(options: RunLauncherOptions) {
    this.#options = options;
  }

  /**
   * Launches a run and records that; what is to be noted of a failure is the caller's affair.
   *
   * @throws whatever keeps it from being launched or noted; nothing runs then.
   */
  async launch(
    spec: Spec,
    event: "start" | "restart",
    { unrecorded = [], headStart }: LaunchOptions = {},
  ): Promise<Run> {
    const { host, state, directory, triggers, readiness, launching } = this.#options;
    // A shutdown that begins meanwhile must not leave it be, as it does one that is errored.
    state.set({ status: "launching", stopped_by: undefined });
    let before = unrecorded;
    try {
      if (before.length > 0) {
        state.ensure({ ...NOT_RUNNING, intent: state.lastingIntent ?? "start" });
      }
      await launching(event);
      const abort = this.#abort = new AbortController();
      return await launchRun(host, state, directory, spec, {
        abort: abort.signal,
        headStart,
        open: () => readiness.open(spec),
        started: (pid, launchedAt) => {
          triggers.forgetChanges();
          const { name, reason, request } = state.meta;
          const detail: EventDetail = {
            pid,
            ...reason ? { reason } : {},
            ...request ? { request } : {},
            ...spec.wait_ready === null ? {} : { awaits_ready: true },
          };
          const begun: DetailedEvent[] = [{ event, detail }, { event: "online", detail: { pid } }];
          // Told by a later time, its first words would be those of the run before.
          host.recordAll([...before, ...begun], name, launchedAt);
          before = [];
        },
      });
    } catch (error) {
      if (before.length > 0) host.recordAll(before, state.meta.name);
      readiness.close();
      if (spec.hooks?.pre_start !== undefined) triggers.forgetChanges();
      throw error;
    } finally {
      this.#abort = undefined;
    }
  }

  /** Ends the hook of a launch that is under way. */
  abort(): void {
    this.#abort?.abort();
  }

  /** Finds what would keep a run from being launched, as far as that can be known before. */
  async check(spec: Spec): Promise<void> {
    const { host, state } = this.#options;
    const { paths } = await planLaunch(host, state.meta, spec);
    for (const log of [paths.out, paths.err]) checkLogFile(log);
  }
}
