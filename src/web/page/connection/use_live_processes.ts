import { useEffect, useRef, useState } from "preact/hooks";
import type { MetricPoint, ProcessRow } from "./answers.ts";
import type { Api } from "./api.ts";
import { ApiError } from "./api_error.ts";
import { keepStream, type StreamState } from "./keep_stream.ts";

/** Milliseconds between two looks while nothing happens: CPU and memory are measured as often. */
const LOOK_EVERY = 5000;
/** Least milliseconds between the end of a look and the next, however much happens. */
const REST = 300;
/** Milliseconds between two looks at the last hour; a point of it stands for two minutes. */
const HOUR_EVERY = 120_000;

/** What the last hour was like, by name. */
export type LastHour = Readonly<Record<string, readonly MetricPoint[]>>;

/** The list as it is now. */
export interface LiveProcesses {
  /** `undefined` until it has come for the first time. */
  readonly rows: readonly ProcessRow[] | undefined;
  readonly lastHour: LastHour;
  readonly state: StreamState;
  /** Why it is not as it is now. */
  readonly problem: string | undefined;
  /** Looks at once: something was done. */
  refresh(): void;
}

/** Keeps the list as it is: looked at whenever something happens, and every few seconds. */
export function useLiveProcesses(api: Api): LiveProcesses {
  const [rows, setRows] = useState<readonly ProcessRow[]>();
  const [lastHour, setLastHour] = useState<LastHour>({});
  const [state, setState] = useState<StreamState>("connecting");
  const [problem, setProblem] = useState<string>();
  const refresh = useRef(() => {});
  useEffect(() => {
    const looker = new Looker(async () => {
      try {
        setRows((await api.get<{ processes: readonly ProcessRow[] }>("/v1/processes")).processes);
        setProblem(undefined);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        setProblem(error.message);
      }
    });
    refresh.current = () => looker.wake();
    const lookBack = async () => {
      if (document.hidden) return;
      try {
        setLastHour((await api.get<{ series: LastHour }>("/v1/metrics")).series);
      } catch (error) {
        // The list tells why.
        if (!(error instanceof ApiError)) throw error;
      }
    };
    lookBack();
    const timer = setInterval(lookBack, HOUR_EVERY);
    const endStream = keepStream(api, {
      path: "/v1/events",
      query: () => ({}),
      onEvent: () => looker.wake(),
      onState: (next, reason) => {
        setState(next);
        if (next === "lost") setProblem(reason?.message ?? "The connection has ended.");
        // What happened meanwhile was not told.
        else looker.wake();
      },
    });
    return () => {
      endStream();
      clearInterval(timer);
      looker.end();
    };
  }, [api]);
  return { rows, lastHour, state, problem, refresh: () => refresh.current() };
}

/** Looks now and then, and soon where it is woken; never twice at a time. */
class Looker {
  readonly #look: () => Promise<void>;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isLooking = false;
  #isWoken = false;
  #hasEnded = false;
  /** When the last look was over, milliseconds. */
  #looked = -Infinity;
  readonly #onSeen = () => this.wake();

  constructor(look: () => Promise<void>) {
    this.#look = look;
    document.addEventListener("visibilitychange", this.#onSeen);
    this.wake();
  }

  wake(): void {
    if (this.#isLooking) this.#isWoken = true;
    else this.#plan(Math.max(0, this.#looked + REST - performance.now()));
  }

  end(): void {
    this.#hasEnded = true;
    clearTimeout(this.#timer);
    document.removeEventListener("visibilitychange", this.#onSeen);
  }

  #plan(wait: number): void {
    clearTimeout(this.#timer);
    if (!this.#hasEnded) this.#timer = setTimeout(() => this.#run(), wait);
  }

  async #run(): Promise<void> {
    // Woken when the page is seen again.
    if (document.hidden) return;
    this.#isLooking = true;
    this.#isWoken = false;
    try {
      await this.#look();
    } finally {
      this.#isLooking = false;
      this.#looked = performance.now();
      this.#plan(this.#isWoken ? REST : LOOK_EVERY);
    }
  }
}
