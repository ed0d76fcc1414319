/** What became of the requests of a load. */
export interface LoadCounts {
  /** Requests that were answered. */
  readonly answered: number;
  /** Requests by a new connection that got no whole answer, and those that got none in time. */
  readonly failures: readonly string[];
  /** Requests by a kept connection that were begun to be answered, and not to the end. */
  readonly cutOff: number;
  /** Kept connections that had been answered on and were closed before the next answer began. */
  readonly idleResets: number;
}

/** How a load is made. */
export interface LoadOptions {
  readonly port: number;
  /** Clients that make a connection for each request. */
  readonly short: number;
  /** Clients that keep their connection as long as it is kept for them. */
  readonly kept: number;
  /** Milliseconds between the requests of one client. */
  readonly pause?: number;
}

/** Milliseconds that an answer may take. */
const PATIENCE = 5000;

const REQUEST = (connection: string) =>
  new TextEncoder().encode(`GET / HTTP/1.1\r\nHost: load\r\nConnection: ${connection}\r\n\r\n`);
const SHORT = REQUEST("close");
const KEPT = REQUEST("keep-alive");

/**
 * Asks a server on this machine without end, by connections of its own: a library would ask again
 * in secret what was not answered.
 *
 * @example
 * ```ts
 * import { HttpLoad } from "./http_load.ts";
 *
 * const load = new HttpLoad({ port: 3000, short: 4, kept: 4 });
 * console.log(await load.end());
 * ```
 */
export class HttpLoad {
  readonly #options: LoadOptions;
  readonly #clients: readonly Promise<void>[];
  readonly #failures: string[] = [];
  #answered = 0;
  #cutOff = 0;
  #idleResets = 0;
  #ended = false;

  constructor(options: LoadOptions) {
    this.#options = options;
    this.#clients = [
      ...Array.from({ length: options.short }, () => this.#short()),
      ...Array.from({ length: options.kept }, () => this.#kept()),
    ];
  }

  /** How many requests have been answered so far. */
  get answered(): number {
    return this.#answered;
  }

  /** Ends it, with the requests that are under way. */
  async end(): Promise<LoadCounts> {
    this.#ended = true;
    await Promise.all(this.#clients);
    return {
      answered: this.#answered,
      failures: this.#failures,
      cutOff: this.#cutOff,
      idleResets: this.#idleResets,
    };
  }

  async #short(): Promise<void> {
    while (!this.#ended) {
      try {
        using connection = await this.#connect();
        await connection.write(SHORT);
        const { isWhole } = await readInTime(connection);
        if (isWhole) this.#answered++;
        else this.#failures.push("closed before the answer was whole");
      } catch (error) {
        this.#failures.push(String(error));
      }
      await this.#pause();
    }
  }

  async #kept(): Promise<void> {
    while (!this.#ended) {
      try {
        using connection = await this.#connect();
        await this.#askOn(connection);
      } catch (error) {
        // Where not even a first answer came, it is no matter of keeping.
        this.#failures.push(String(error));
      }
    }
  }

  async #askOn(connection: Deno.TcpConn): Promise<void> {
    for (let count = 0; !this.#ended; count++) {
      let answer: Answer = { isWhole: false, isBegun: false, isLast: false };
      let reason: unknown = "closed before the answer was whole";
      try {
        await connection.write(KEPT);
        answer = await readInTime(connection);
      } catch (error) {
        reason = error;
      }
      if (!answer.isWhole) {
        const isReset = count > 0 && !(reason instanceof Deno.errors.TimedOut);
        if (answer.isBegun) this.#cutOff++;
        else if (isReset) this.#idleResets++;
        else this.#failures.push(String(reason));
        return;
      }
      this.#answered++;
      if (answer.isLast) return;
      await this.#pause();
    }
  }

  #connect(): Promise<Deno.TcpConn> {
    return Deno.connect({ hostname: "127.0.0.1", port: this.#options.port });
  }

  async #pause(): Promise<void> {
    const { pause = 0 } = this.#options;
    if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** What came back on a connection. */
interface Answer {
  readonly isWhole: boolean;
  readonly isBegun: boolean;
  /** Whether the server closes the connection behind it. */
  readonly isLast: boolean;
}

/**
 * The same as {@linkcode readAnswer}.
 *
 * @throws {Deno.errors.TimedOut} if it is not there in time; the connection is of no use then.
 */
async function readInTime(connection: Deno.TcpConn): Promise<Answer> {
  const answer = readAnswer(connection);
  // Where the connection is closed behind a time-out, nobody waits for it any more.
  answer.catch(() => {});
  const { promise, reject } = Promise.withResolvers<never>();
  const error = new Deno.errors.TimedOut(`no answer in ${PATIENCE / 1000} s`);
  const timer = setTimeout(() => reject(error), PATIENCE);
  try {
    return await Promise.race([answer, promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Reads one answer with a `content-length`. */
async function readAnswer(connection: Deno.TcpConn): Promise<Answer> {
  const decoder = new TextDecoder("latin1");
  const buffer = new Uint8Array(4096);
  let text = "";
  for (;;) {
    const length = await connection.read(buffer);
    if (length === null) return { isWhole: false, isBegun: text !== "", isLast: true };
    text += decoder.decode(buffer.subarray(0, length));
    const headers = text.indexOf("\r\n\r\n");
    if (headers === -1) continue;
    const body = Number(/^content-length: (\d+)/im.exec(text)?.[1] ?? NaN);
    if (text.length < headers + 4 + body) continue;
    const isLast = /^connection: close/im.test(text.slice(0, headers));
    return { isWhole: text.startsWith("HTTP/1.1 200 "), isBegun: true, isLast };
  }
}
