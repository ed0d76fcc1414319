import type { Connection } from "./bounded_server.ts";
import { EventStream } from "./event_stream.ts";

/** Maximum of streams that are open at once. */
export const MAX_STREAMS = 200;
/** Maximum of connections, with those of clients that were cut off and have not gone yet. */
const MAX_CONNECTIONS = 2 * MAX_STREAMS;
/** Milliseconds between two comments: proxies and clients take a silent connection for dead. */
const KEEP_ALIVE = 15_000;

/** The streams of events that are open. */
export class StreamPool {
  readonly #open = new Set<EventStream>();
  /** How many descriptors each connection holds. */
  readonly #connections = new Map<Pick<Connection, "ended">, number>();
  readonly #hasRoom: (descriptors: number) => boolean;
  readonly #keepAliveEvery: number;
  #timer: ReturnType<typeof setInterval> | undefined;

  /**
   * @param hasRoom Whether so many descriptors may be held for streams.
   * @param keepAliveEvery Milliseconds between two comments; by them a client that has gone is
   * noticed, and one that does not read.
   */
  constructor(hasRoom: (descriptors: number) => boolean, keepAliveEvery = KEEP_ALIVE) {
    this.#hasRoom = hasRoom;
    this.#keepAliveEvery = keepAliveEvery;
  }

  /** How many descriptors are held for them. */
  get descriptors(): number {
    return this.#connections.values().reduce((sum, count) => sum + count, 0);
  }

  /**
   * Opens a stream.
   *
   * @param files How many files are held open for it.
   * @throws {Deno.errors.WouldBlock} if too many are open.
   */
  open(connection: Pick<Connection, "ended">, files: number): EventStream {
    const isFull = this.#open.size >= MAX_STREAMS || this.#connections.size >= MAX_CONNECTIONS;
    if (isFull || !this.#hasRoom(this.descriptors + files + 1)) {
      throw new Deno.errors.WouldBlock(
        `Cannot open a stream: ${this.#connections.size} are open, and no more fit; close one, ` +
          "or ask again later",
      );
    }
    const stream = new EventStream();
    this.#open.add(stream);
    this.#connections.set(connection, files + 1);
    this.#timer ??= setInterval(() => this.#keepAlive(), this.#keepAliveEvery);
    connection.ended.then(() => {
      this.#connections.delete(connection);
      // A client that has gone is noticed here first.
      stream.close();
    });
    stream.closed.then(() => {
      this.#open.delete(stream);
      if (this.#connections.has(connection)) this.#connections.set(connection, 1);
      if (this.#open.size === 0) this.#stopTimer();
    });
    return stream;
  }

  /** Ends all: their clients go on with the next supervisor. */
  closeAll(): void {
    for (const stream of [...this.#open]) stream.close();
    this.#stopTimer();
  }

  #keepAlive(): void {
    for (const stream of this.#open) stream.comment("keep-alive");
  }

  #stopTimer(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
