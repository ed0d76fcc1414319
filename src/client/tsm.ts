import { delay } from "@std/async/delay";
import {
  question,
  type QuestionOptions,
  request,
  stream,
  type StreamOptions,
} from "../api/client.ts";
import type { DeepReadonly } from "../api/answer.ts";
import { errorOfKind } from "../api/errors.ts";
import type { Message } from "../api/message.ts";
import { flushMessage } from "../api/messages/flush.ts";
import { pingMessage } from "../api/messages/ping.ts";
import { reloadMessage } from "../api/messages/reload.ts";
import { resetMessage } from "../api/messages/reset.ts";
import { restartMessage } from "../api/messages/restart.ts";
import { rotateMessage } from "../api/messages/rotate.ts";
import { saveMessage } from "../api/messages/save.ts";
import { scaleMessage } from "../api/messages/scale.ts";
import { sendMessage } from "../api/messages/send.ts";
import { signalMessage } from "../api/messages/signal.ts";
import { startMessage, type StartRequest } from "../api/messages/start.ts";
import { stopMessage } from "../api/messages/stop.ts";
import type { Read } from "../api/read.ts";
import { eventsRead } from "../api/reads/events.ts";
import { historyRead } from "../api/reads/history.ts";
import { logsRead } from "../api/reads/logs.ts";
import { allMetricsRead, metricsRead } from "../api/reads/metrics.ts";
import { processRead } from "../api/reads/process.ts";
import { processesRead } from "../api/reads/processes.ts";
import { reportRead } from "../api/reads/report.ts";
import type { ReceivedEvent } from "../api/received_events.ts";
import type { SupervisorAddress } from "../api/supervisor_file.ts";
import type {
  App,
  Description,
  Failure,
  HistoryEntry,
  ListedProcess,
  LogLine,
  LogOptions,
  MetricPoint,
  PeriodOptions,
  Process,
  ProcessReport,
  Started,
  StartOptions,
  SupervisorInfo,
  TsmEvent,
} from "./types.ts";

/** Milliseconds between two looks whether another supervisor has come. */
const LOOK_EVERY = 100;
/** Milliseconds for which a stream waits for the next supervisor. */
const PATIENCE = 30_000;

/** Which processes are meant: a name, an id, a namespace, `all`, `/regex/`; or several of these. */
export type Selectors = string | readonly string[];

/** What ends a stream. */
export interface FollowOptions {
  readonly signal?: AbortSignal;
}

/**
 * A supervisor, as a program sees it; `connect` makes one. It may be another supervisor from call to
 * call: whoever takes the place of one is asked then.
 *
 * Every method throws what the supervisor refuses with, as an error of `Deno.errors`: `NotFound`
 * where a selector means no process, `InvalidData` for what makes no sense, and so on;
 * `NotConnected` where no supervisor answers.
 *
 * @example
 * ```ts
 * import { connect } from "./mod.ts";
 *
 * const tsm = await connect();
 * const { started: [web] } = await tsm.start({ command: "sleep 1000", name: "web" });
 * console.log(web!.status);
 * await tsm.stop("web");
 * ```
 */
export class Tsm {
  readonly #address: () => Promise<SupervisorAddress>;

  /** @param address Finds the supervisor that lives now. */
  constructor(address: () => Promise<SupervisorAddress>) {
    this.#address = address;
  }

  /** What the supervisor says of itself. */
  async info(): Promise<SupervisorInfo> {
    return await this.#act(pingMessage, {});
  }

  /** The processes, by their ids. */
  async processes(): Promise<readonly ListedProcess[]> {
    return (await this.#ask(processesRead)).processes;
  }

  /**
   * Everything known about one process.
   *
   * @param name Its full name, or its id.
   */
  async describe(name: string): Promise<Description> {
    return await this.#ask(processRead, { name });
  }

  /**
   * Starts an app, or several.
   *
   * @throws the reason, where the only one could not be started; of several, `failed` has them.
   *
   * @example
   * ```ts
   * import { connect } from "./mod.ts";
   *
   * const tsm = await connect();
   * await tsm.start({ command: ["sleep", "1000"], name: "worker", env: { LEVEL: "debug" } });
   * console.log((await tsm.describe("worker")).status);
   * ```
   */
  async start(apps: App | readonly App[], options: StartOptions = {}): Promise<Started> {
    const definitions = [apps].flat().map((app) => definitionOf(app as App));
    const answer = await this.#act(startMessage, {
      environment: { ...options.environment ?? Deno.env.toObject() },
      definitions,
      if_running: options.ifRunning ?? "leave",
      source: "command",
      wait: options.wait ?? 0,
    });
    const [failure, ...more] = answer.failed;
    if (failure && more.length === 0 && definitions.length === 1) {
      throw errorOfKind(failure.kind, failure.reason);
    }
    return answer;
  }

  /**
   * Stops processes, and removes them from the list.
   *
   * @param options.keep Leaves them on the list.
   * @param options.kill Ends them by SIGKILL at once.
   */
  async stop(
    selectors: Selectors,
    options: { readonly keep?: boolean; readonly kill?: boolean } = {},
  ): Promise<{
    readonly stopped: readonly { readonly name: string }[];
    readonly failed: readonly Failure[];
  }> {
    const { keep = false, kill = false } = options;
    return await this.#act(stopMessage, { selectors: listOf(selectors), keep, kill });
  }

  /** Restarts processes. */
  async restart(
    selectors: Selectors,
  ): Promise<{ readonly restarted: readonly Process[]; readonly failed: readonly Failure[] }> {
    return await this.#act(restartMessage, { selectors: listOf(selectors) });
  }

  /** Restarts processes one instance after another, each when the last one serves. */
  async reload(
    selectors: Selectors,
  ): Promise<{ readonly reloaded: readonly Process[]; readonly failed: readonly Failure[] }> {
    return await this.#act(reloadMessage, { selectors: listOf(selectors) });
  }

  /**
   * Changes how many instances an app has.
   *
   * @param instances How many there are to be; as a text how many more or fewer, `+2` or `-1`.
   */
  async scale(app: string, instances: number | `+${number}` | `-${number}`): Promise<{
    readonly instances: number;
    readonly started: readonly Process[];
    readonly stopped: readonly string[];
    readonly failed: readonly Failure[];
  }> {
    const relative = typeof instances === "string";
    return await this.#act(scaleMessage, { selector: app, relative, number: Number(instances) });
  }

  /** Sets the restart counters of processes to zero; answers their names. */
  async reset(selectors: Selectors): Promise<readonly string[]> {
    return (await this.#act(resetMessage, { selectors: listOf(selectors) })).reset;
  }

  /** Sends a signal, as in `SIGHUP`, to processes, not to their children. */
  async signal(signal: string, selectors: Selectors): Promise<void> {
    await this.#act(signalMessage, { signal, selectors: listOf(selectors) });
  }

  /** Writes a text to the standard input of processes. */
  async send(text: string, selectors: Selectors): Promise<void> {
    await this.#act(sendMessage, { text, selectors: listOf(selectors) });
  }

  /** Empties the current logs of processes. */
  async flush(selectors: Selectors): Promise<{ readonly failed: readonly Failure[] }> {
    return await this.#act(flushMessage, { selectors: listOf(selectors) });
  }

  /** Rotates the logs of processes now. */
  async rotate(selectors: Selectors): Promise<{ readonly failed: readonly Failure[] }> {
    return await this.#act(rotateMessage, { selectors: listOf(selectors) });
  }

  /** Saves the list of processes; answers how many it has. */
  async save(): Promise<number> {
    return (await this.#act(saveMessage, { force: false })).saved;
  }

  /**
   * Lines of the log of a process, oldest first.
   *
   * @param name Its full name, or its id.
   */
  async logs(name: string, options: LogOptions = {}): Promise<readonly LogLine[]> {
    return (await this.#ask(logsRead, { name, query: { ...options } })).lines;
  }

  /**
   * The last lines of the log of a process, and each that is written from now on. Where more is
   * written than is read, lines are left out.
   *
   * @param name Its full name, or its id.
   *
   * @example
   * ```ts
   * import { connect } from "./mod.ts";
   *
   * const tsm = await connect();
   * await tsm.start({ command: "echo ready; exec sleep 1000", name: "web" });
   * for await (const { stream, line } of tsm.followLogs("web", { lines: 10 })) {
   *   console.log(stream, line);
   *   if (line === "ready") break;
   * }
   * ```
   */
  async *followLogs(
    name: string,
    { signal, ...options }: Omit<LogOptions, "until"> & FollowOptions = {},
  ): AsyncGenerator<LogLine> {
    const query = { ...options, follow: true };
    for await (const { event, data } of this.#follow(logsRead, { name, query }, signal)) {
      if (event === "line") yield data as LogLine;
    }
  }

  /**
   * What happened to a process, oldest first; also to one that was removed.
   *
   * @param name Its full name, or its id.
   */
  async history(
    name: string,
    options: PeriodOptions & { readonly lines?: number } = {},
  ): Promise<readonly HistoryEntry[]> {
    return (await this.#ask(historyRead, { name, query: { ...options } })).history;
  }

  /**
   * What a process used, as points evenly spaced.
   *
   * @param name Its full name, or its id.
   */
  async metrics(
    name: string,
    options: PeriodOptions & { readonly points?: number } = {},
  ): Promise<readonly MetricPoint[]> {
    return (await this.#ask(metricsRead, { name, query: { ...options } })).series;
  }

  /** What all processes used, by their names. */
  async allMetrics(
    options: PeriodOptions & { readonly points?: number } = {},
  ): Promise<Readonly<Record<string, readonly MetricPoint[]>>> {
    return (await this.#ask(allMetricsRead, { query: { ...options } })).series;
  }

  /** How processes have been doing, the worst first. */
  async report(period: PeriodOptions = {}): Promise<readonly ProcessReport[]> {
    return (await this.#ask(reportRead, { query: { ...period } })).processes;
  }

  /** What happened in a period, oldest first. */
  async recordedEvents(
    options: PeriodOptions & { readonly lines?: number } = {},
  ): Promise<readonly TsmEvent[]> {
    return (await this.#ask(eventsRead, { query: { ...options } })).events;
  }

  /**
   * What happens from now on, or from `since` on. It goes on with the next supervisor where one
   * takes the place of another, and misses nothing.
   *
   * @throws {Deno.errors.NotConnected} if there is no supervisor for half a minute.
   *
   * @example
   * ```ts
   * import { connect } from "./mod.ts";
   *
   * const tsm = await connect();
   * await tsm.start({ command: "sleep 1000", name: "web" });
   * for await (const { event, name } of tsm.events({ since: "1m" })) {
   *   console.log(event, name);
   *   if (event === "online" && name === "web") break;
   * }
   * ```
   */
  async *events(
    { since, signal }: { readonly since?: PeriodOptions["since"] } & FollowOptions = {},
  ): AsyncGenerator<TsmEvent> {
    let lastEventId: string | undefined;
    for (;;) {
      const options = {
        query: { since: lastEventId === undefined ? since : undefined },
        lastEventId,
      };
      try {
        for await (const { id, data } of this.#follow(eventsRead, options, signal)) {
          lastEventId = id;
          if (data !== undefined) yield data as TsmEvent;
        }
      } catch (error) {
        if (!(error instanceof Deno.errors.NotConnected)) throw error;
      }
      if (signal?.aborted) return;
      await this.#nextSupervisor(signal);
      if (signal?.aborted) return;
    }
  }

  async #nextSupervisor(signal: AbortSignal | undefined): Promise<void> {
    const begun = performance.now();
    for (;;) {
      await delay(LOOK_EVERY);
      if (signal?.aborted) return;
      try {
        await request(await this.#address(), pingMessage, {}, { patience: PATIENCE });
        return;
      } catch (error) {
        if (performance.now() - begun > PATIENCE) throw error;
      }
    }
  }

  async #act<Request, Answer>(
    message: Message<Request, Answer>,
    body: Request,
  ): Promise<DeepReadonly<Answer>> {
    return await request(await this.#address(), message, body);
  }

  async #ask<Query, Answer>(
    read: Read<Query, Answer>,
    options: QuestionOptions<Query> = {},
  ): Promise<DeepReadonly<Answer>> {
    return await question(await this.#address(), read, options);
  }

  async *#follow<Query>(
    read: Read<Query, unknown>,
    options: StreamOptions<Query>,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<ReceivedEvent> {
    yield* stream(await this.#address(), read, { ...options, ...signal ? { signal } : {} });
  }
}

function listOf(selectors: Selectors): string[] {
  return typeof selectors === "string" ? [selectors] : [...selectors];
}

function definitionOf(app: App): StartRequest["definitions"][number] {
  const { command, name, cwd, port, interpreter, env, settings } = app;
  return {
    words: typeof command === "string" ? [command] : [...command],
    cwd: cwd ?? Deno.cwd(),
    explicit: { ...env },
    settings: { ...settings },
    ...name === undefined ? {} : { name },
    ...port === undefined ? {} : { port },
    ...interpreter === undefined ? {} : { interpreter },
  };
}
