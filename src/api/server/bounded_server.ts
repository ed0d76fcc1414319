import { delay } from "@std/async/delay";
import { messageOf } from "../../errors.ts";

/** Connections that have not shown a valid token yet; one more, and the older half is closed. */
export const MAX_STRANGERS = 64;
/** Milliseconds a connection may take to send a whole header with a valid token. */
export const HEADER_TIMEOUT = 2000;
/** Milliseconds that a connection is left to be read from at least, however many come behind it. */
const GRACE = 20;
/** In so many turns of the event loop: a busy machine may take all the time from one of them. */
const GRACE_TURNS = 4;
/** Milliseconds between an error of the listener and the next try; doubled with each in a row. */
const RETRY = 100;
const MAX_RETRY = 5000;

/** A connection, for an answer that takes its time. */
export interface Connection {
  /** The ports of its two ends: who has connected can be told by them. */
  readonly ends: { readonly remote: number; readonly local: number };
  /**
   * Fulfilled when it has ended. Of a client that does not read that may be long after its answer
   * was given up: Deno 2.7 cannot cancel a write that the kernel does not take.
   */
  readonly ended: Promise<void>;
}

/** What answers the requests that a {@linkcode BoundedServer} gets. */
export interface RequestHandler {
  /** Whether the request may take its time: it carries a valid token. */
  admits(request: Request): boolean;
  /** Answers any request, also one that is not admitted. */
  answer(request: Request, connection: Connection): Promise<Response>;
}

/** Where and what a {@linkcode BoundedServer} serves. */
export interface BoundedServerOptions {
  /** 0: any that is free. */
  readonly port: number;
  readonly handler: RequestHandler;
  /**
   * Told when the listener had failed and listens again.
   *
   * @param port Another one than before, where `port` is 0 and the former one is taken.
   * @param reason Why it had failed.
   */
  readonly onReopened: (port: number, reason: string) => void;
}

/**
 * An HTTP server on 127.0.0.1 that nobody without a token can keep busy: such connections are
 * few and short, and each connection serves one request. Its listener is opened again
 * after any error.
 *
 * `Deno.serve` bounds neither, and ends for good when descriptors run out.
 *
 * @throws {Deno.errors.AddrInUse} from its constructor, if the port is taken.
 *
 * @example
 * ```ts
 * import { BoundedServer } from "./bounded_server.ts";
 *
 * const server = new BoundedServer({
 *   port: 0,
 *   handler: {
 *     admits: ({ headers }) => headers.get("authorization") === "Bearer abc",
 *     answer: () => Promise.resolve(new Response("hello")),
 *   },
 *   onReopened: (port, reason) => console.log(`${reason}; now on port ${port}`),
 * });
 * console.log(server.port);
 * await server.shutdown();
 * ```
 */
export class BoundedServer {
  readonly #options: BoundedServerOptions;
  #listener: Deno.TcpListener;
  #port: number;
  #closed = false;
  /** Those that have shown no token yet, the oldest first. */
  readonly #strangers = new Set<HttpConnection>();
  /** Each is settled when its connection has ended. */
  readonly #connections = new Set<Promise<void>>();
  /** Errors of the listener since it last gave a connection. */
  #failures = 0;

  constructor(options: BoundedServerOptions) {
    this.#options = options;
    this.#listener = listenOn(options.port);
    this.#port = this.#listener.addr.port;
    this.#acceptAll();
  }

  /** Where it listens. */
  get port(): number {
    return this.#port;
  }

  /** Accepts nothing more; fulfilled when the requests under way are answered. */
  async shutdown(): Promise<void> {
    this.#closed = true;
    closeQuietly(this.#listener);
    this.#closeStrangers();
    await Promise.all(this.#connections);
  }

  async #acceptAll(): Promise<void> {
    while (!this.#closed) {
      try {
        const connection = await this.#listener.accept();
        this.#failures = 0;
        this.#begin(connection);
        await this.#makeRoom();
      } catch (error) {
        if (!this.#closed) await this.#reopen(messageOf(error));
      }
    }
  }

  #begin(tcp: Deno.TcpConn): void {
    const connection = serveHttp(tcp);
    this.#strangers.add(connection);
    const ends = { remote: tcp.remoteAddr.port, local: tcp.localAddr.port };
    const ended = this.#serve(connection, ends).catch(() => {
      // It was closed, by them or by us: there is nobody to tell.
    }).finally(() => {
      this.#drop(connection);
      this.#connections.delete(ended);
    });
    this.#connections.add(ended);
  }

  /**
   * Closes the older half of the connections without a token, where there are too many. Deno gives
   * connections that wait to be accepted one after another, before it reads from any: without some
   * turns of the event loop for those that are there, a request that has arrived whole is closed
   * unread.
   */
  async #makeRoom(): Promise<void> {
    if (this.#strangers.size <= MAX_STRANGERS) return;
    const older = [...this.#strangers].slice(0, MAX_STRANGERS / 2);
    for (let turns = 0; turns < GRACE_TURNS; turns++) await delay(GRACE / GRACE_TURNS);
    for (const connection of older) {
      if (this.#strangers.has(connection)) this.#drop(connection);
    }
  }

  async #serve(connection: HttpConnection, ends: Connection["ends"]): Promise<void> {
    const { handler } = this.#options;
    const timer = setTimeout(() => this.#drop(connection), HEADER_TIMEOUT);
    const ended = Promise.withResolvers<void>();
    try {
      const event = await connection.nextRequest();
      if (event === null) return;
      if (handler.admits(event.request)) {
        clearTimeout(timer);
        this.#strangers.delete(connection);
      }
      const response = await handler.answer(event.request, { ends, ended: ended.promise });
      response.headers.set("connection", "close");
      await event.respondWith(response);
      // The end of the connection: only then has the whole answer gone out.
      await connection.nextRequest();
    } finally {
      clearTimeout(timer);
      ended.resolve();
    }
  }

  #drop(connection: HttpConnection): void {
    this.#strangers.delete(connection);
    closeQuietly(connection);
  }

  #closeStrangers(): void {
    for (const connection of [...this.#strangers]) this.#drop(connection);
  }

  /** Listens anew, as soon as that can be done. */
  async #reopen(reason: string): Promise<void> {
    closeQuietly(this.#listener);
    // Where descriptors have run out, there is none for a new listener: connections that have shown
    // no token are the ones nobody needs.
    this.#closeStrangers();
    while (!this.#closed) {
      await delay(Math.min(RETRY * 2 ** this.#failures++, MAX_RETRY));
      const listener = this.#listenAgain();
      if (listener === undefined) continue;
      this.#listener = listener;
      this.#port = listener.addr.port;
      if (this.#closed) return closeQuietly(listener);
      return this.#options.onReopened(this.#port, reason);
    }
  }

  #listenAgain(): Deno.TcpListener | undefined {
    for (const port of new Set([this.#port, this.#options.port])) {
      try {
        return listenOn(port);
      } catch {
        // Taken meanwhile, or no descriptor is free yet.
      }
    }
    return undefined;
  }
}

function listenOn(port: number): Deno.TcpListener {
  return Deno.listen({ hostname: "127.0.0.1", port });
}

function closeQuietly(closer: { close(): void }): void {
  try {
    closer.close();
  } catch {
    // It has been closed already.
  }
}

/** One HTTP connection, as `Deno.serveHttp` gives it. */
interface HttpConnection {
  /** The next request once its header is whole; `null` when the connection has ended. */
  nextRequest(): Promise<
    | { readonly request: Request; respondWith(response: Response): Promise<void> }
    | null
  >;
  close(): void;
}

/** HTTP on one connection. Deno keeps this function and no longer declares it. */
const { serveHttp } = Deno as unknown as {
  readonly serveHttp: (connection: Deno.TcpConn) => HttpConnection;
};
