import { EventStream } from "./event_stream.ts";

/** Maximum of streams that are open at once: each holds a descriptor of the supervisor's. */
export const MAX_STREAMS = 200;
/** Milliseconds between two comments: proxies and clients take a silent connection for dead. */
const KEEP_ALIVE = 15_000;

/** The streams of events that are open. */
export class StreamPool {
  readonly #open = new Set<EventStream>();
  readonly #hasRoom: (streams: number) => boolean;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** @param hasRoom Whether so many streams may be open, as far as descriptors go. */
  constructor(hasRoom: (streams: number) => boolean) {
    this.#hasRoom = hasRoom;
  }

  /** How many are open. */
  get size(): number {
    return this.#open.size;
  }

  /**
   * Opens a stream.
   *
   * @param connection What closes its connection at once.
   * @throws {Deno.errors.WouldBlock} if too many are open.
   */
  open(connection: { close(): void }): EventStream {
    const wanted = this.#open.size + 1;
    if (wanted > MAX_STREAMS || !this.#hasRoom(wanted)) {
      throw new Deno.errors.WouldBlock(
        `Cannot open a stream: ${this.#open.size} are open, and no more fit; close one, or ask ` +
          "again later",
      );
    }
    const stream = new EventStream(connection);
    this.#open.add(stream);
    this.#timer ??= setInterval(() => this.#keepAlive(), KEEP_ALIVE);
    stream.closed.then(() => {
      this.#open.delete(stream);
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
