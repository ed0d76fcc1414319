/** One event of a stream. */
export interface StreamedEvent {
  /** From where a client goes on, by `Last-Event-ID`. */
  readonly id?: string;
  /** Its name; a plain message has none. */
  readonly event?: string;
  /** Sent as JSON. */
  readonly data: unknown;
}

/** Bytes that wait for a client before nothing more is sent that can be left out. */
const FULL = 256 * 1024;
/** Bytes that wait for a client before it is cut off: it does not read. */
const MAX_UNREAD = 1024 * 1024;
/** Milliseconds for which so much may wait that no more is sent. */
const MAX_STALLED = 10_000;

const encoder = new TextEncoder();

/**
 * A stream of server-sent events to one client (WHATWG HTML, "Server-sent events"). A client that
 * does not read is cut off: what waits for it is dropped, and if it reads on, it finds the end.
 *
 * @example
 * ```ts
 * const stream = new EventStream();
 * stream.send({ event: "line", data: { line: "ready" } });
 * return stream.response;
 * ```
 */
export class EventStream {
  readonly response: Response;
  #controller!: ReadableStreamDefaultController<Uint8Array>;
  #isClosed = false;
  readonly #closed = Promise.withResolvers<void>();
  /** Of whoever waits until it has room. */
  #drained: PromiseWithResolvers<void> | undefined;
  /** Since when it has been full, milliseconds of the monotonic clock. */
  #fullSince: number | undefined;

  constructor() {
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller;
      },
      pull: () => this.#drained?.resolve(),
      cancel: () => this.#end(),
    }, { highWaterMark: FULL, size: (bytes) => bytes!.length });
    this.response = new Response(body, {
      headers: { "content-type": "text/event-stream", "cache-control": "no-store" },
    });
    // Sent at once: the client learns that it is connected.
    this.comment("tsm");
  }

  /** Fulfilled when it has ended, whoever has ended it. */
  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Whether so much waits for the client that what can be left out should be. */
  get isFull(): boolean {
    return !this.#isClosed && this.#controller.desiredSize! <= 0;
  }

  /**
   * Waits until it is not full any more.
   *
   * @returns whether it is still open.
   */
  async hasRoom(): Promise<boolean> {
    while (this.isFull) {
      this.#drained = Promise.withResolvers();
      await this.#drained.promise;
    }
    return !this.#isClosed;
  }

  /** Tells from where a client goes on which has had no event yet. */
  mark(id: string): void {
    this.#write(`id: ${id}\n\n`);
  }

  /** Sends an event; the client is cut off where it leaves too many unread. */
  send({ id, event, data }: StreamedEvent): void {
    const head = `${id === undefined ? "" : `id: ${id}\n`}${
      event === undefined ? "" : `event: ${event}\n`
    }`;
    this.#write(`${head}data: ${JSON.stringify(data)}\n\n`);
  }

  /** Sends what no client takes for an event: it keeps the connection alive. */
  comment(text: string): void {
    this.#write(`: ${text}\n\n`);
  }

  /** Ends it; what has been sent still arrives. */
  close(): void {
    if (this.#isClosed) return;
    this.#controller.close();
    this.#end();
  }

  #write(text: string): void {
    if (this.#isClosed) return;
    this.#controller.enqueue(encoder.encode(text));
    const unread = FULL - this.#controller.desiredSize!;
    const now = performance.now();
    if (unread < FULL) this.#fullSince = undefined;
    else this.#fullSince ??= now;
    const hasStalled = this.#fullSince !== undefined && now - this.#fullSince > MAX_STALLED;
    if (unread <= MAX_UNREAD && !hasStalled) return;
    this.#controller.error(new Deno.errors.TimedOut("the client does not read"));
    this.#end();
  }

  #end(): void {
    this.#isClosed = true;
    this.#drained?.resolve();
    this.#closed.resolve();
  }
}
