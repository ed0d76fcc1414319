import type { Failure, ProcessRow } from "../connection/answers.ts";
import type { Api } from "../connection/api.ts";

/** What it takes to know of a process to act on it. */
export type Acted = Pick<ProcessRow, "name" | "status" | "app" | "command">;

/** What can be done to one process. */
export type ActionName = "start" | "restart" | "reload" | "stop";

/** One thing that can be done. */
export interface Action {
  /** What its button says. */
  readonly label: string;
  /** What is asked before it is done; `undefined` where it ends nothing. */
  readonly question: string | undefined;
  /** Whether it is of use for a process of this status. */
  fits(status: string): boolean;
  /** What is asked for, of the supervisor. */
  readonly path: string;
  body(name: string): unknown;
  /** What has been done, as in `Restarted`. */
  readonly done: string;
}

/** Statuses of processes that do not run, and are not about to. */
const AT_REST: ReadonlySet<string> = new Set(["stopped", "errored", "scheduled", "dead"]);

const selected = (name: string) => ({ selectors: [name] });

/** Everything that can be done to a process, in the order of its buttons. */
export const ACTIONS: Readonly<Record<ActionName, Action>> = {
  start: {
    label: "Start",
    question: undefined,
    fits: (status) => AT_REST.has(status),
    // A restart of what does not run starts it, and can name nothing else that would be run.
    path: "/v1/restart",
    body: selected,
    done: "Started",
  },
  restart: {
    label: "Restart",
    question: "It is ended and started again; what it is doing is cut off.",
    fits: (status) => !AT_REST.has(status),
    path: "/v1/restart",
    body: selected,
    done: "Restarted",
  },
  reload: {
    label: "Reload",
    question: "Its instances are replaced one after another, each once the next one serves.",
    fits: (status) => status === "online",
    path: "/v1/reload",
    body: selected,
    done: "Reloaded",
  },
  stop: {
    label: "Stop",
    question: "It is ended, and stays listed as stopped until it is started again.",
    fits: (status) => !AT_REST.has(status) || status === "scheduled",
    path: "/v1/stop",
    body: (name) => ({ ...selected(name), keep: true }),
    done: "Stopped",
  },
};

/**
 * Does something to a process.
 *
 * @returns what came of it, in a sentence, and whether it failed.
 * @throws {ApiError} if it was refused, or nobody answers.
 */
export async function act(
  api: Api,
  action: Action,
  { name }: Pick<Acted, "name">,
): Promise<{ readonly text: string; readonly isBad: boolean }> {
  const { failed } = await api.post<{ failed: readonly Failure[] }>(action.path, action.body(name));
  return outcomeOf(failed, `${action.done} ${name}`);
}

/** What the supervisor says of a scaling. */
interface Scaled {
  readonly app: string;
  readonly instances: number;
  readonly failed: readonly Failure[];
}

/**
 * Changes how many instances an app has.
 *
 * @throws {ApiError} as {@linkcode act} does.
 */
export async function scale(api: Api, selector: string, number: number) {
  const body = { selector, relative: false, number };
  const { app, instances, failed } = await api.post<Scaled>("/v1/scale", body);
  return outcomeOf(failed, `${app} has ${instances} instance${instances === 1 ? "" : "s"}`);
}

function outcomeOf(failed: readonly Failure[], done: string) {
  if (failed.length === 0) return { text: done, isBad: false };
  const text = failed.map(({ name, reason }) => `${name}: ${reason}`).join("; ");
  return { text, isBad: true };
}
