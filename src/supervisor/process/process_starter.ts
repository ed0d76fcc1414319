import type { DetailedEvent } from "../../db/record_events.ts";
import { messageOf, unhandled, withContext } from "../../errors.ts";
import type { Spec } from "../../meta/spec.ts";
import { HookError } from "../launch/hooks.ts";
import { type Run, UNSEEN_EXIT } from "../launch/run.ts";
import type { InactiveState } from "./inactive_state.ts";
import { type MetaChange, NO_EXIT, type RecordedState } from "./recorded_state.ts";
import type { Decision } from "./restart_policy.ts";
import type { LaunchOptions, RunLauncher } from "./run_launcher.ts";

/** What {@linkcode ProcessStarter} is made of. */
export interface ProcessStarterOptions {
  readonly host: { log(text: string): void };
  readonly state: RecordedState;
  readonly inactive: InactiveState;
  readonly launcher: Pick<RunLauncher, "launch">;
  /** The process, as it is at any time. */
  readonly process: { readonly spec: Spec };
  /** Told of each run that was launched. */
  readonly launched: (run: Run) => void;
}

/**
 * Milliseconds that a program has for itself where nobody waits for the answer: in these a shell
 * begins to do what it is told.
 */
const HEAD_START = 5;

/** What keeps a process from being started, and will not pass by itself. */
const LASTING = [Deno.errors.NotFound, Deno.errors.InvalidData, Deno.errors.PermissionDenied];

/**
 * Launches the runs of one process, and sees to what becomes of it where that fails: it is tried
 * again later, or ends. Where nobody waits for a launch, a failure is logged.
 */
export class ProcessStarter {
  readonly #options: ProcessStarterOptions;

  constructor(options: ProcessStarterOptions) {
    this.#options = options;
  }

  /**
   * Launches it as if it had never run.
   *
   * @param request The id of the request that asks for it.
   * @throws why it cannot be launched; it is `stopped` then, the reason noted.
   */
  async startAnew(request?: string): Promise<Run> {
    const { state, inactive, process } = this.#options;
    inactive.forgetPlans();
    state.set({ ...NO_EXIT, unstable_restarts: 0, early_crashes: undefined, request });
    try {
      return await this.launch("start");
    } catch (error) {
      inactive.endUnlaunched(process.spec, messageOf(error));
      throw error;
    }
  }

  /**
   * Launches what was ended for that.
   *
   * @throws why it cannot be launched. It is tried again later, unless the reason is one that
   * lasts: then it is `stopped`.
   */
  async launchAgain(): Promise<Run> {
    const { inactive, process } = this.#options;
    try {
      return await this.launch("restart");
    } catch (error) {
      const reason = messageOf(error);
      if (error instanceof HookError || isLasting(error)) {
        inactive.endUnlaunched(process.spec, reason);
        throw error;
      }
      inactive.retryLater(reason);
      throw withContext("it has ended and cannot be started now, which is tried again", error);
    }
  }

  /**
   * Launches without anybody waiting for it: a failure is noted, and tried again later.
   *
   * @param unrecorded As of {@linkcode LaunchOptions}.
   */
  async relaunch(
    event: "start" | "restart" = "restart",
    unrecorded: readonly DetailedEvent[] = [],
  ): Promise<void> {
    const { host, state, inactive } = this.#options;
    try {
      await this.launch(event, { unrecorded, headStart: HEAD_START });
    } catch (error) {
      const reason = `cannot be started: ${messageOf(error)}`;
      host.log(`${state.meta.name}: ${reason}`);
      if (error instanceof HookError) {
        await this.#afterFailedHook(reason);
      } else if (isLasting(error)) {
        inactive.giveUp(reason);
      } else {
        inactive.retryLater(reason);
      }
    }
  }

  /**
   * Launches a run.
   *
   * @throws whatever keeps it from being launched or noted; what is to be noted of that is the
   * caller's affair.
   */
  async launch(event: "start" | "restart", options?: LaunchOptions): Promise<Run> {
    const { launcher, process, launched } = this.#options;
    const run = await launcher.launch(process.spec, event, options);
    launched(run);
    return run;
  }

  /**
   * Does what its restart policy has decided about a run that has ended.
   *
   * @param ended What is known of that end.
   * @param unrecorded As of {@linkcode relaunch}, where the decision is to restart it at once.
   */
  async follow(
    decision: Decision,
    ended: MetaChange,
    unrecorded: readonly DetailedEvent[] = [],
  ): Promise<void> {
    const next = this.#options.inactive.follow(decision, ended);
    switch (next) {
      case "none":
        return;
      case "again":
        return await this.relaunch("restart", unrecorded);
      case "anew":
        await this.startAnew();
        return;
      default:
        return unhandled(next);
    }
  }

  /** As after a crash, but never at once: others are to have their turn. */
  #afterFailedHook(reason: string): Promise<void> {
    const { inactive, process } = this.#options;
    const decision = inactive.decide(process.spec, { exit: UNSEEN_EXIT, uptime: 0 });
    const isSoon = decision.kind === "restart" && decision.delay < 1000;
    return this.follow(isSoon ? { ...decision, delay: 1000 } : decision, { reason });
  }
}

function isLasting(error: unknown): boolean {
  return LASTING.some((lasting) => error instanceof lasting);
}
