import * as v from "valibot";
import type { AnswerOf } from "../answer.ts";
import { read } from "../read.ts";
import { count, periodParameters } from "../schemas/parameters.ts";

const point = v.object({
  /** Epoch seconds of the middle of what it stands for. */
  time: v.number(),
  /** Per cent of one core: the mean and the maximum; `null` where nothing was measured. */
  cpu: v.nullable(v.number()),
  cpu_max: v.nullable(v.number()),
  /** Resident memory in KiB. */
  mem: v.nullable(v.number()),
  mem_max: v.nullable(v.number()),
  /** How often it was restarted in that time. */
  restarts: v.number(),
});

/** One point of what a process used. */
export type MetricPoint = AnswerOf<typeof point>;

/** Reads what one process used, as a series of points. */
export const metricsRead = read({
  name: "readMetrics",
  path: "/v1/processes/{name}/metrics",
  summary: "Tell what a process used, as a series of points evenly spaced",
  query: v.strictObject({
    ...periodParameters("24 hours ago"),
    points: count("How many points", 120, 2000),
  }),
  answer: v.object({
    name: v.string(),
    since: v.number(),
    until: v.number(),
    series: v.array(point),
  }),
});

/** The same of all processes that are listed. */
export const allMetricsRead = read({
  name: "readAllMetrics",
  path: "/v1/metrics",
  summary: "Tell what all listed processes used, a series for each",
  query: v.strictObject({
    ...periodParameters("an hour ago"),
    points: count("How many points each", 30, 200),
  }),
  answer: v.object({
    since: v.number(),
    until: v.number(),
    series: v.record(v.string(), v.array(point)),
  }),
});
