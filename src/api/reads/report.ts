import * as v from "valibot";
import type { ProcessReport } from "../../db/report.ts";
import { read } from "../read.ts";
import { periodParameters } from "../schemas/parameters.ts";

const figures = v.object({ mean: v.number(), p50: v.number(), p95: v.number(), max: v.number() });

const processReport: v.GenericSchema<unknown, ProcessReport> = v.object({
  name: v.string(),
  status: v.string(),
  crash_loop: v.exactOptional(v.literal(true)),
  availability: v.nullable(v.number()),
  wanted: v.number(),
  up: v.number(),
  restarts: v.number(),
  crashes: v.number(),
  crashes_by: v.record(v.string(), v.number()),
  mtbf: v.nullable(v.number()),
  longest_outage: v.nullable(v.object({ from: v.number(), seconds: v.number() })),
  cpu: v.nullable(figures),
  mem: v.nullable(figures),
  mem_growth: v.nullable(v.number()),
  log_bytes: v.nullable(v.number()),
  minutes: v.number(),
  job: v.exactOptional(v.object({
    runs: v.number(),
    failures: v.number(),
    last_run: v.nullable(v.object({
      time: v.number(),
      exit_code: v.exactOptional(v.number()),
      exit_signal: v.exactOptional(v.string()),
      duration: v.exactOptional(v.number()),
    })),
    longest_duration: v.nullable(v.number()),
    next_run: v.nullable(v.number()),
  })),
});

/** Reports how all processes have been doing. */
export const reportRead = read({
  name: "report",
  path: "/v1/report",
  summary: "Report how processes have been doing, the worst first",
  query: v.strictObject(periodParameters("7 days ago")),
  answer: v.object({
    since: v.number(),
    until: v.number(),
    skipped_lines: v.number(),
    processes: v.array(processReport),
  }),
});
