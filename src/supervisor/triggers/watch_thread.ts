import WORKER from "./watch_worker.js" with { type: "text" };

/** Something that happened in a watched directory. */
export interface WatchEvent {
  readonly kind: Deno.FsEvent["kind"];
  readonly paths: readonly string[];
  /** Whether it may have happened before the directory was watched. */
  readonly isOld: boolean;
}

/** What is to be watched, and who is told. */
export interface Watch {
  readonly directories: readonly string[];
  /** What happened later than this is told, in milliseconds since the epoch. */
  readonly since: number;
  happened(event: WatchEvent): void;
  /** It is watched no longer. */
  failed(error: Error): void;
}

/** What the thread says. */
interface Message {
  readonly id: number;
  readonly isOpen?: true;
  readonly isAlive?: true;
  readonly event?: WatchEvent;
  readonly error?: string;
}

/** Milliseconds between two looks whether the thread stands still. */
const PROBE_EVERY = 10_000;
/** Milliseconds in which it answers even on a busy machine. */
const ANSWERS_WITHIN = 10_000;
/**
 * So many closed watches make a new thread: Deno compares each event with the paths of all that
 * were ever opened in one.
 */
const MAX_CLOSED = 32;

let thread: WatchThread | undefined;

/**
 * Watches directories, but not what is below them.
 *
 * @returns what ends it.
 *
 * @example
 * ```ts
 * import { watchInThread } from "./watch_thread.ts";
 *
 * const close = watchInThread({
 *   directories: ["/srv/app"],
 *   since: Date.now(),
 *   happened: ({ kind, paths }) => console.log(kind, paths), // modify [ "/srv/app/main.js" ]
 *   failed: (error) => console.log(error.message),
 * });
 * close();
 * ```
 */
export function watchInThread(watch: Watch): () => void {
  const used = thread ??= new WatchThread(() => thread = undefined);
  return used.open(watch);
}

/**
 * The thread in which all directories are watched, while there are any. One that stands still is
 * given up, and those who watch are told: it cannot be woken, but the supervisor goes on.
 */
class WatchThread {
  readonly #ended: () => void;
  readonly #watches = new Map<number, Watch>();
  #worker: Worker;
  #lastId = 0;
  #closed = 0;
  #probe: ReturnType<typeof setTimeout> | undefined;
  #limit: ReturnType<typeof setTimeout> | undefined;

  /** @param ended Called when nothing is watched any more. */
  constructor(ended: () => void) {
    this.#ended = ended;
    this.#worker = this.#start();
    this.#probeLater();
  }

  open(watch: Watch): () => void {
    const id = ++this.#lastId;
    this.#watches.set(id, watch);
    this.#open(id, watch);
    return () => this.#close(id);
  }

  #start(): Worker {
    const url = `data:application/javascript,${encodeURIComponent(WORKER)}`;
    const worker = new Worker(url, { type: "module", name: "watch" });
    worker.onmessage = ({ data }: MessageEvent<Message>) => this.#hear(data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.#giveUp(`the thread that watches has failed: ${event.message}`);
    };
    return worker;
  }

  #open(id: number, { directories, since }: Watch): void {
    this.#worker.postMessage({ id, open: { directories, since } });
    this.#awaitAnswer();
  }

  #close(id: number): void {
    if (!this.#watches.delete(id)) return;
    if (this.#watches.size === 0) return this.#end();
    if (++this.#closed < MAX_CLOSED) return this.#worker.postMessage({ id, close: true });
    this.#closed = 0;
    this.#worker.terminate();
    this.#worker = this.#start();
    const since = Date.now();
    for (const [id, watch] of this.#watches) this.#open(id, { ...watch, since });
  }

  #hear({ id, isOpen, isAlive, event, error }: Message): void {
    if (isOpen || isAlive || error !== undefined) {
      clearTimeout(this.#limit);
      this.#limit = undefined;
    }
    const watch = this.#watches.get(id);
    if (event) watch?.happened(event);
    if (error === undefined || !watch) return;
    this.#close(id);
    watch.failed(new Error(error));
  }

  #probeLater(): void {
    this.#probe = setTimeout(() => {
      const [watch] = this.#watches.values();
      this.#worker.postMessage({ probe: watch?.directories[0] });
      this.#awaitAnswer();
      this.#probeLater();
    }, PROBE_EVERY);
  }

  #awaitAnswer(): void {
    this.#limit ??= setTimeout(
      () => this.#giveUp("what watches files stands still"),
      ANSWERS_WITHIN,
    );
  }

  #giveUp(reason: string): void {
    const watches = [...this.#watches.values()];
    this.#watches.clear();
    this.#end();
    for (const watch of watches) watch.failed(new Error(reason));
  }

  #end(): void {
    clearTimeout(this.#probe);
    clearTimeout(this.#limit);
    this.#worker.terminate();
    this.#ended();
  }
}
