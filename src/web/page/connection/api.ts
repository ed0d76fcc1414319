import { ApiError } from "./api_error.ts";
import { readEvents, type ServerEvent } from "./read_events.ts";
import type { Session } from "./session.ts";

/** Milliseconds an answer may take to begin; what is done to a process may take longer. */
const PATIENCE = 20_000;

/** What a query may be made of. */
export type Query = Readonly<Record<string, string | number | undefined>>;

/** Asks the supervisor, through the page's server. */
export class Api {
  readonly session: Session;
  readonly #onEnded: (reason: ApiError) => void;

  /** @param onEnded Told when the session has ended. */
  constructor(session: Session, onEnded: (reason: ApiError) => void) {
    this.session = session;
    this.#onEnded = onEnded;
  }

  /**
   * Reads something.
   *
   * @param path From `/v1` on.
   * @throws {ApiError} if it is refused, fails, or nobody answers.
   */
  async get<Answer>(path: string, query: Query = {}): Promise<Answer> {
    const signal = AbortSignal.timeout(PATIENCE);
    return await this.#json(await this.#fetch(withQuery(path, query), { signal }));
  }

  /**
   * Reads a text, which may take its time.
   *
   * @throws {ApiError} as `get` does.
   */
  async text(path: string, query: Query): Promise<string> {
    return await (await this.#fetch(withQuery(path, query), {})).text();
  }

  /**
   * Has something done.
   *
   * @throws {ApiError} as `get` does.
   */
  async post<Answer>(path: string, body: unknown): Promise<Answer> {
    const init = {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    };
    return await this.#json(await this.#fetch(path, init));
  }

  /**
   * Reads a stream of events until it ends.
   *
   * @param lastId Where it goes on.
   * @param onOpen Told when it has begun, before anything has come.
   * @throws {ApiError} as `get` does.
   */
  async *stream(
    path: string,
    { query = {}, lastId, onOpen, signal }: {
      readonly query?: Query;
      readonly lastId?: string | undefined;
      readonly onOpen: () => void;
      readonly signal: AbortSignal;
    },
  ): AsyncGenerator<ServerEvent> {
    const headers = {
      accept: "text/event-stream",
      ...lastId === undefined ? {} : { "last-event-id": lastId },
    };
    const answer = await this.#fetch(withQuery(path, query), { headers, signal });
    onOpen();
    if (answer.body !== null) yield* readEvents(answer.body);
  }

  async #fetch(path: string, init: RequestInit): Promise<Response> {
    let answer: Response;
    try {
      answer = await fetch(path, {
        ...init,
        headers: { ...init.headers, authorization: `Bearer ${this.session.session}` },
        cache: "no-store",
      });
    } catch (error) {
      if (init.signal?.aborted && init.signal.reason?.name !== "TimeoutError") throw error;
      throw new ApiError(0, "unreachable", "The page's server does not answer.");
    }
    if (answer.ok) return answer;
    const error = await ApiError.of(answer);
    if (error.endsSession) this.#onEnded(error);
    throw error;
  }

  async #json<Answer>(answer: Response): Promise<Answer> {
    try {
      return await answer.json();
    } catch {
      throw new ApiError(0, "unreachable", "The connection broke in the middle of an answer.");
    }
  }
}

function withQuery(path: string, query: Query): string {
  const given = Object.entries(query).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, String(value)]]
  );
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`;
}
