import { useEffect, useRef, useState } from "preact/hooks";
import type { LogLine } from "../connection/answers.ts";
import { keepStream, type StreamState } from "../connection/keep_stream.ts";
import { useApi } from "../parts/use_api.ts";
import { processPath } from "../parts/process_path.ts";
import { LogBuffer, MAX_LINES } from "./log_buffer.ts";

/** Lines that are asked for at first. */
const FIRST_LINES = MAX_LINES;

/**
 * Seconds that a new connection repeats: what was written at the time of the newest line may be
 * told as a little earlier when it is read again.
 */
const OVERLAP = 1;

/** Which part of a log is followed. */
export interface LogWish {
  readonly name: string;
  readonly stream: "out" | "err" | "both";
  /** Only lines that this matches, of the whole log; empty: all. */
  readonly grep: string;
}

/** A log as it is followed. */
export interface FollowedLog {
  readonly buffer: LogBuffer;
  readonly state: StreamState;
  readonly problem: string | undefined;
  /** Lines that came too fast to be sent or shown. */
  readonly skipped: number;
  /** Lines that wait until it is no longer paused. */
  readonly waiting: number;
}

/**
 * Follows a log. However many lines come, they are drawn once a frame, and no more are kept than
 * can be shown.
 */
export function useLog({ name, stream, grep }: LogWish, isPaused: boolean): FollowedLog {
  const api = useApi();
  const [log, setLog] = useState<FollowedLog>(() => emptyLog());
  const paused = useRef(isPaused);
  const wake = useRef(() => {});
  paused.current = isPaused;
  useEffect(() => {
    let buffer = new LogBuffer();
    let pending: LogLine[] = [];
    let skipped = 0;
    let repeats = false;
    let frame: number | undefined;
    setLog(emptyLog());
    const draw = () => {
      frame = undefined;
      if (paused.current) {
        setLog((before) => ({ ...before, waiting: pending.length, skipped }));
        return;
      }
      const lines = repeats ? buffer.withoutKnown(pending) : pending;
      // What is repeated may come in several parts.
      if (lines.length > 0) repeats = false;
      pending = [];
      buffer.add(lines);
      setLog((before) => ({ ...before, buffer, waiting: 0, skipped }));
    };
    const plan = () => frame ??= requestAnimationFrame(draw);
    wake.current = plan;
    const end = keepStream(api, {
      path: `${processPath(name)}/logs`,
      query: () => ({
        follow: "true",
        lines: FIRST_LINES,
        stream: stream === "both" ? undefined : stream,
        grep: grep === "" ? undefined : grep,
        since: sinceOf(pending.at(-1) ?? buffer.lines.at(-1)),
      }),
      onEvent: ({ event, data }) => {
        const told = JSON.parse(data);
        if (event === "skipped") skipped += told.lines;
        else if (event === "line") {
          pending.push(told);
          // A page that nobody draws, or that is paused, keeps no more than it could show.
          if (pending.length > 2 * MAX_LINES) {
            skipped += pending.length - MAX_LINES;
            pending = pending.slice(-MAX_LINES);
          }
        }
        plan();
      },
      onState: (state, reason) => {
        if (state === "connecting" && buffer.lines.length > 0) {
          buffer.add(pending);
          pending = [];
          repeats = true;
        }
        setLog((before) => ({ ...before, state, problem: reason?.message }));
      },
    });
    return () => {
      end();
      if (frame !== undefined) cancelAnimationFrame(frame);
      buffer = new LogBuffer();
    };
  }, [api, name, stream, grep]);
  useEffect(() => wake.current(), [isPaused]);
  return log;
}

/** From when on a log is read again behind the newest line that is here; epoch seconds. */
function sinceOf(newest: { readonly time: number } | undefined): number | undefined {
  return newest && newest.time - OVERLAP;
}

function emptyLog(): FollowedLog {
  return {
    buffer: new LogBuffer(),
    state: "connecting",
    problem: undefined,
    skipped: 0,
    waiting: 0,
  };
}
