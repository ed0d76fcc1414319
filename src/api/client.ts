import { fromProblem } from "./errors.ts";
import type { DeepReadonly } from "./answer.ts";
import type { NamedMessage } from "./message.ts";
import type { Read } from "./read.ts";
import { readEvents, type ReceivedEvent } from "./received_events.ts";
import { type RequestId, requestIdHeaders } from "./request_id.ts";
import type { SupervisorAddress } from "./supervisor_file.ts";

/** How a request is sent. */
export interface RequestOptions {
  /** Milliseconds the answer may take; without it, however long it takes. */
  readonly patience?: number;
  /** Ends the wait for the answer. */
  readonly signal?: AbortSignal;
  /** Its id: with the same one it is not carried out twice, whoever is asked again. */
  readonly id?: RequestId;
}

/**
 * Sends a request to the supervisor and awaits its answer.
 *
 * @throws {Deno.errors.NotConnected} if it cannot be reached or dies meanwhile.
 * @throws the supervisor's own error, of the same class, if it refuses.
 *
 * @example
 * ```ts
 * import { request } from "./client.ts";
 * import { pingMessage } from "./messages/ping.ts";
 *
 * const { pid } = await request(address, pingMessage, {});
 * ```
 */
export async function request<Request, Answer>(
  address: SupervisorAddress,
  message: NamedMessage<Request, Answer>,
  body: Request,
  { patience, signal, id }: RequestOptions = {},
): Promise<DeepReadonly<Answer>> {
  return await send(address, `/v1/${message.name}`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...id === undefined ? {} : requestIdHeaders(id),
    },
    body: JSON.stringify(body),
  }, { patience, signal }) as DeepReadonly<Answer>;
}

/** What goes with a question. */
export interface QuestionOptions<Query> extends Omit<RequestOptions, "id"> {
  /** Stands for `{name}` in its path. */
  readonly name?: string;
  /** Its parameters; what is `undefined` is left out. */
  readonly query?: Readonly<{ [K in keyof Query]?: string | number | boolean | undefined }>;
}

/**
 * Asks the supervisor a question.
 *
 * @throws as {@linkcode request} does.
 *
 * @example
 * ```ts
 * import { question } from "./client.ts";
 * import { logsRead } from "./reads/logs.ts";
 *
 * const { lines } = await question(address, logsRead, { name: "web", query: { since: "10m" } });
 * ```
 */
export async function question<Query, Answer>(
  address: SupervisorAddress,
  read: Read<Query, Answer>,
  { name, query, ...options }: QuestionOptions<Query> = {},
): Promise<DeepReadonly<Answer>> {
  return await send(address, pathOf(read, name, query), {}, options) as DeepReadonly<Answer>;
}

/** What goes with a question that a stream answers. */
export interface StreamOptions<Query> extends Omit<QuestionOptions<Query>, "patience"> {
  /** The id of the last event that arrived: the stream goes on behind it. */
  readonly lastEventId?: string | undefined;
}

/**
 * Asks the supervisor a question that a stream of events answers, until that ends: when the
 * supervisor leaves, or by the signal.
 *
 * @throws as {@linkcode request} does; also where the stream breaks off.
 */
export async function* stream<Query>(
  address: SupervisorAddress,
  read: Read<Query, unknown>,
  { name, query, lastEventId, signal }: StreamOptions<Query> = {},
): AsyncGenerator<ReceivedEvent> {
  const headers = {
    accept: "text/event-stream",
    ...lastEventId === undefined ? {} : { "last-event-id": lastEventId },
  };
  try {
    const answer = await reach(address, pathOf(read, name, query), { headers, signal });
    if (!answer.ok) throw fromProblem(await answer.json(), answer.status);
    yield* readEvents(answer.body!);
  } catch (error) {
    if (signal?.aborted) return;
    throw error instanceof TypeError ? unreachable(address, error) : error;
  }
}

function pathOf<Query>(
  { path }: Read<Query, unknown>,
  name: string | undefined,
  query: QuestionOptions<Query>["query"],
): string {
  const given = Object.entries(query ?? {}).filter(([, value]) => value !== undefined)
    .map(([key, value]): [string, string] => [key, String(value)]);
  const parameters = given.length === 0 ? "" : `?${new URLSearchParams(given)}`;
  return `${path.replace("{name}", encodeURIComponent(name ?? ""))}${parameters}`;
}

async function send(
  address: SupervisorAddress,
  path: string,
  init: RequestInit,
  { patience, signal }: Pick<RequestOptions, "patience" | "signal"> | {
    readonly patience: number | undefined;
    readonly signal: AbortSignal | undefined;
  },
): Promise<unknown> {
  let answer: Response;
  let parsed: unknown;
  try {
    answer = await reach(address, path, {
      ...init,
      signal: patience === undefined ? signal : AbortSignal.timeout(patience),
    });
    parsed = await answer.json();
  } catch (error) {
    if (error instanceof DOMException && error.name === "TimeoutError") {
      throw new Deno.errors.NotConnected(
        `the supervisor (pid ${address.pid}) has not answered for ${patience! / 1000} s; ` +
          `'kill -9 ${address.pid}' ends it alone: its processes run on, and the next command ` +
          "that needs one starts another",
      );
    }
    throw unreachable(address, error as Error);
  }
  if (!answer.ok) throw fromProblem(parsed, answer.status);
  return parsed;
}

function reach(
  { port, token }: SupervisorAddress,
  path: string,
  { headers, signal, ...init }: Omit<RequestInit, "signal" | "headers"> & {
    readonly headers?: HeadersInit;
    readonly signal?: AbortSignal | null | undefined;
  },
): Promise<Response> {
  return fetch(`http://127.0.0.1:${port}${path}`, {
    ...init,
    headers: { authorization: `Bearer ${token}`, ...Object.fromEntries(new Headers(headers)) },
    signal: signal ?? null,
  });
}

function unreachable({ pid }: SupervisorAddress, { message }: Error): Error {
  return new Deno.errors.NotConnected(`the supervisor (pid ${pid}) does not answer: ${message}`);
}
