import { settlesWithin } from "../../async/settles_within.ts";
import { messageOf } from "../../errors.ts";
import type { Meta } from "../../meta/metadata.ts";
import { isAwaited, type Readiness, statusOfRun } from "../../meta/readiness.ts";
import type { Spec } from "../../meta/spec.ts";
import type { RuntimeRoot } from "../../root.ts";
import { isLogPattern } from "../../settings/table/log_pattern.ts";
import type { Run } from "../launch/run.ts";
import { type AwaitedProcess, missingFor } from "./missing.ts";
import { MAX_NOTIFICATION, type Notification, parseNotification } from "./notification.ts";
import { type LogSizes, logSizes, OutputSearch } from "./output_search.ts";
import { hasSockets, RunSockets } from "./run_sockets.ts";
import { StatusText } from "./status_text.ts";
import { Watchdog } from "./watchdog.ts";

/** What a monitor needs of the process it watches, and tells it. */
export interface ReadinessHost {
  readonly root: RuntimeRoot;
  /** The paths of its logs, stdout first. */
  readonly logs: readonly [string, string];
  /** The process, as it is at any time. */
  readonly process: AwaitedProcess & { readonly meta: Meta; readonly spec: Spec };
  /** Changes what `meta.json` says. */
  note(changes: {
    readonly status?: "online";
    readonly readiness?: Readiness;
    readonly output_from?: undefined;
    readonly status_text?: string | undefined;
  }): void;
  /** Told when a run has become ready. */
  ready(run: Run): void;
  /** Told when a run has not given the sign of life that it owes; `reason` says it in words. */
  silent(run: Run, reason: string): void;
  log(text: string): void;
}

/** Milliseconds between two looks whether it is ready: at first, and the longer it takes. */
const FIRST_PAUSE = 25;
const LONGEST_PAUSE = 250;
/** The same where it is late: then nobody waits any more. */
const LATE_PAUSE = 5000;

const NOTHING_WRITTEN: LogSizes = [0, 0];

/** A run that is watched. */
interface Watched {
  readonly run: Run;
  readonly watchdog: Watchdog;
  readonly text: StatusText;
  /** Until when it must be ready, by `performance.now()`. */
  deadline: number;
  /** Until when it has asked not to be killed, by `performance.now()`. */
  endExtendedUntil: number;
  /** Whether it has been told that it says too much. */
  hasBeenTooLong: boolean;
}

/**
 * Watches whether the runs of one process are ready, and hears what they say of themselves. Of a
 * process that neither is waited for nor has a watchdog it watches nothing, and holds nothing open.
 */
export class ReadinessMonitor {
  readonly #host: ReadinessHost;
  #sockets: RunSockets | undefined;
  #watched: Watched | undefined;
  #missing = "nobody has looked yet";

  constructor(host: ReadinessHost) {
    this.#host = host;
  }

  /** What the present run still lacks to be ready, for people. */
  get missing(): string {
    const { status_text } = this.#host.process.meta;
    return status_text === undefined ? this.#missing : `${this.#missing} (it says: ${status_text})`;
  }

  /** Until when the present run has asked not to be killed, by `performance.now()`. */
  get endExtendedUntil(): number {
    return this.#watched?.endExtendedUntil ?? 0;
  }

  /**
   * Opens what a run that is about to be launched may say something on.
   *
   * @returns what is to be noted before it is launched.
   * @throws whatever the file system says.
   */
  open(spec: Spec): { readonly output_from?: LogSizes } {
    this.close();
    if (hasSockets(spec)) this.#sockets = this.#openSockets(spec);
    return isLogPattern(spec.wait_ready) ? { output_from: logSizes(this.#host.logs) } : {};
  }

  /** Watches `run` from now on; `meta.json` says whether it is waited for. */
  follow(run: Run): void {
    this.#unwatch();
    const { meta, spec } = this.#host.process;
    const isHeard = hasSockets(spec);
    if (!isHeard && !mayBecomeReady(meta)) return;
    const watched: Watched = {
      run,
      watchdog: new Watchdog(spec.watchdog, (time) => this.#expired(watched, time)),
      text: new StatusText(meta.status_text, (status_text) => this.#note(watched, { status_text })),
      deadline: spec.ready_timeout === 0 ? Infinity : performance.now() + spec.ready_timeout,
      endExtendedUntil: 0,
      hasBeenTooLong: false,
    };
    this.#watched = watched;
    run.exited.then(() => {
      if (this.#watched === watched) this.close();
    });
    if (isHeard) this.#listen(watched);
    if (mayBecomeReady(meta)) this.#awaitReady(watched);
    if (meta.readiness !== "pending" && meta.readiness !== "stopping") watched.watchdog.restart();
  }

  /**
   * Watches nothing any more.
   *
   * @param options.runsOn Whether the run goes on, to be watched by the next supervisor.
   */
  close({ runsOn = false } = {}): void {
    this.#unwatch();
    this.#sockets?.close({ remove: !runsOn });
    this.#sockets = undefined;
  }

  #openSockets(spec: Spec): RunSockets {
    const { root, process } = this.#host;
    return new RunSockets(root, process.meta.tsm_id, spec);
  }

  #unwatch(): void {
    this.#watched?.watchdog.stop();
    this.#watched?.text.close();
    this.#watched = undefined;
  }

  #listen(watched: Watched): void {
    try {
      // Of a run that is adopted nothing is open yet.
      this.#sockets ??= this.#openSockets(this.#host.process.spec);
    } catch (error) {
      return this.#host.log(`cannot open its sockets: ${messageOf(error)}`);
    }
    this.#sockets.listen({
      received: (datagram) => {
        if (this.#watched === watched) this.#hear(watched, parseNotification(datagram));
      },
      tooLong: () => {
        if (watched.hasBeenTooLong) return;
        watched.hasBeenTooLong = true;
        const text = `a message of more than ${MAX_NOTIFICATION} bytes on its notify socket`;
        this.#host.log(`${text} is ignored, as all of that size are`);
      },
      failed: (error) => this.#host.log(`its notify socket: ${messageOf(error)}`),
    }, () => {
      if (this.#isAwaiting(watched)) this.#becomeReady(watched);
    });
  }

  #hear(watched: Watched, said: Notification): void {
    const { meta, spec } = this.#host.process;
    if (said.extension !== undefined) {
      const until = performance.now() + said.extension;
      if (meta.status === "stopping") watched.endExtendedUntil = until;
      else watched.deadline = Math.max(watched.deadline, until);
    }
    if (said.status !== undefined || said.errno !== undefined) {
      watched.text.say(textOf(said));
    }
    const { readiness } = meta;
    if (said.stopping) {
      watched.watchdog.stop();
      // Where it is waited for, its end is what its start is told.
      if (readiness !== "pending") this.#note(watched, { readiness: "stopping" });
    } else if (said.reloading) {
      if (!mayBecomeReady(meta)) this.#note(watched, { readiness: "reloading" });
    } else if (said.ready) {
      if (readiness === "reloading") this.#note(watched, { readiness: "ready" });
      else if (spec.wait_ready === "notify" && this.#isAwaiting(watched)) {
        this.#becomeReady(watched);
      }
    }
    if (said.watchdog === "trigger") {
      this.#host.silent(watched.run, "watchdog: it asked to be restarted (WATCHDOG=trigger)");
    }
    const counts = !said.stopping && this.#host.process.meta.readiness !== "pending";
    if (counts && (said.watchdog === "alive" || said.watchdogTime !== undefined)) {
      watched.watchdog.restart(said.watchdogTime);
    }
  }

  async #awaitReady(watched: Watched): Promise<void> {
    const { run } = watched;
    const { meta: { output_from = NOTHING_WRITTEN }, spec: { wait_ready } } = this.#host.process;
    const output = isLogPattern(wait_ready)
      ? new OutputSearch(wait_ready, this.#host.logs, output_from)
      : undefined;
    for (let pause = FIRST_PAUSE; this.#isAwaiting(watched);) {
      let missing: string | undefined;
      try {
        missing = await missingFor(this.#host.process, output);
      } catch (error) {
        // Too few descriptors or processes: the next look may succeed.
        missing = messageOf(error);
      }
      if (!this.#isAwaiting(watched)) return;
      if (missing === undefined) return this.#becomeReady(watched);
      this.#missing = missing;
      const left = watched.deadline - performance.now();
      if (left <= 0) this.#becomeLate(watched);
      pause = left <= 0 ? LATE_PAUSE : Math.min(pause * 1.2, LONGEST_PAUSE);
      await settlesWithin(run.exited, left <= 0 ? pause : Math.min(pause, left));
    }
  }

  #isAwaiting(watched: Watched): boolean {
    const { meta } = this.#host.process;
    return this.#watched === watched && meta.pid === watched.run.pid && mayBecomeReady(meta);
  }

  #becomeReady(watched: Watched): void {
    this.#note(watched, { readiness: "ready", output_from: undefined });
    this.#host.ready(watched.run);
    watched.watchdog.restart();
  }

  #becomeLate(watched: Watched): void {
    if (this.#host.process.meta.readiness === "late") return;
    const { ready_timeout } = this.#host.process.spec;
    this.#host.log(`not ready within ${ready_timeout / 1000} s: ${this.missing}; it runs on`);
    this.#note(watched, { readiness: "late" });
    watched.watchdog.restart();
  }

  #expired({ run }: Watched, time: number): void {
    this.#host.silent(run, `watchdog: it has not said WATCHDOG=1 for ${time / 1000} s`);
  }

  /** Notes what is new of the run, unless it has ended, and its end is only to be heard of yet. */
  #note(
    { run }: Watched,
    changes: Omit<Parameters<ReadinessHost["note"]>[0], "status">,
  ): void {
    const { meta } = this.#host.process;
    if (meta.pid !== run.pid) return;
    const isOver = isAwaited(meta) && changes.readiness !== undefined &&
      statusOfRun(changes.readiness) === "online";
    this.#host.note({ ...changes, ...isOver ? { status: "online" } : {} });
  }
}

/** What people are told of what a process says; `undefined`: nothing. */
function textOf({ status, errno }: Notification): string | undefined {
  if (errno === undefined || errno === 0) return status || undefined;
  return status ? `${status} (errno ${errno})` : `errno ${errno}`;
}

/** Whether a run is not ready yet, and may become so. */
function mayBecomeReady({ readiness }: Pick<Meta, "readiness">): boolean {
  return readiness === "pending" || readiness === "late";
}
