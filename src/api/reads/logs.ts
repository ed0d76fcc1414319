import * as v from "valibot";
import { STREAMS } from "../../logs/log_problems.ts";
import type { AnswerOf } from "../answer.ts";
import { read } from "../read.ts";
import { choiceOfTwo, count, periodParameters } from "../schemas/parameters.ts";

const line = v.object({
  /** Epoch seconds by which it had come, by the clock of the supervisor's machine. */
  time: v.number(),
  name: v.string(),
  stream: v.picklist(STREAMS),
  line: v.string(),
  /** Whether it is only the beginning of a longer one. */
  truncated: v.exactOptional(v.literal(true)),
});

/** One line of a log. */
export type LogLine = AnswerOf<typeof line>;

const query = v.strictObject({
  ...periodParameters("the oldest that is kept"),
  grep: v.exactOptional(v.pipe(
    v.string(),
    v.minLength(1),
    v.maxLength(1000),
    v.description("Only lines that match this regular expression of RE2"),
  )),
  stream: v.exactOptional(
    v.pipe(v.picklist(STREAMS), v.description("Only standard output, or only standard error")),
  ),
  lines: count("How many lines, the newest", 200, 10_000),
  follow: choiceOfTwo("Go on with what is written from now on, as a stream of events"),
});

/** What of the log of a process is asked for. */
export type LogsQuery = v.InferOutput<typeof query>;

/** Reads the log of one process, and follows it. */
export const logsRead = read({
  name: "readLogs",
  path: "/v1/processes/{name}/logs",
  summary: "Read the log of a process; with follow=true as a stream that goes on",
  query,
  answer: v.object({ lines: v.array(line) }),
  events: {
    line,
    /** There were too many lines to send, so many were left out. */
    skipped: v.object({ lines: v.number() }),
  },
});
