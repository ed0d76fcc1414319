import type { Api, Query } from "./api.ts";
import { ApiError } from "./api_error.ts";
import type { ServerEvent } from "./read_events.ts";

/** Milliseconds until the next try; doubled with each in a row. */
const RETRY = 250;
const MAX_RETRY = 5000;

/** How a stream is doing. */
export type StreamState = "connecting" | "live" | "lost";

/** What is kept streaming. */
export interface KeptStream {
  readonly path: string;
  /**
   * What is asked for.
   *
   * @param lastId Of the last event that came, if one has.
   */
  query(lastId: string | undefined): Query;
  onEvent(event: ServerEvent): void;
  /** @param reason Why it is lost. */
  onState(state: StreamState, reason?: ApiError): void;
}

/**
 * Keeps a stream open: where it ends, it is opened again and goes on behind the last event. While
 * nobody sees the page it is closed: a browser has six connections for all pages of a server.
 *
 * @returns what ends it.
 */
export function keepStream(api: Api, stream: KeptStream): () => void {
  const ended = new AbortController();
  run(api, stream, ended.signal);
  return () => ended.abort();
}

async function run(api: Api, stream: KeptStream, ended: AbortSignal): Promise<void> {
  let lastId: string | undefined;
  let failures = 0;
  while (!ended.aborted) {
    await seen(ended);
    if (ended.aborted) return;
    const hidden = new AbortController();
    const onHidden = () => document.hidden && hidden.abort();
    document.addEventListener("visibilitychange", onHidden);
    try {
      stream.onState("connecting");
      const signal = AbortSignal.any([ended, hidden.signal]);
      const query = stream.query(lastId);
      const onOpen = () => {
        failures = 0;
        stream.onState("live");
      };
      for await (const event of api.stream(stream.path, { query, lastId, onOpen, signal })) {
        lastId = event.id ?? lastId;
        stream.onEvent(event);
      }
      if (!hidden.signal.aborted) stream.onState("lost");
    } catch (error) {
      if (ended.aborted) return;
      if (error instanceof ApiError) {
        stream.onState("lost", error);
        // Nothing comes of asking again: it is not there, or this page may not see it.
        if (error.endsSession || error.status === 404 || error.status === 400) return;
      }
    } finally {
      document.removeEventListener("visibilitychange", onHidden);
    }
    if (!hidden.signal.aborted) await pause(Math.min(RETRY * 2 ** failures++, MAX_RETRY), ended);
  }
}

/** Until somebody sees the page. */
function seen(ended: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (!document.hidden) return resolve();
    const look = () => {
      if (document.hidden && !ended.aborted) return;
      document.removeEventListener("visibilitychange", look);
      ended.removeEventListener("abort", look);
      resolve();
    };
    document.addEventListener("visibilitychange", look);
    ended.addEventListener("abort", look);
  });
}

function pause(milliseconds: number, ended: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    ended.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    }, { once: true });
  });
}
