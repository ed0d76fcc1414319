/**
 * What the supervisor answers, as far as the page shows it: the library's types, and the fields
 * that those leave out. The whole of it is described by the schemas in `src/api/reads/`.
 *
 * @module
 */
import type {
  Description,
  ListedProcess,
  ProcessReport as ReportedProcess,
} from "../../../client/types.ts";

export type { Failure, Health, HistoryEntry, LogLine, MetricPoint } from "../../../client/types.ts";

/** One process of the list. */
export interface ProcessRow extends ListedProcess {
  readonly env_file: string | null;
}

/** Everything known about one process. */
export interface ProcessDescription extends Description {
  readonly env_file: string | null;
  readonly spec: Readonly<Record<string, unknown>> | null;
}

/** What is reported of one process. */
export interface ProcessReport extends ReportedProcess {
  readonly wanted: number;
  readonly crashes_by: Readonly<Record<string, number>>;
  readonly cpu: { readonly p95: number; readonly max: number } | null;
  readonly mem: { readonly p95: number; readonly max: number } | null;
  readonly mem_growth: number | null;
  readonly log_bytes: number | null;
  readonly crash_loop?: true;
  readonly job?: {
    readonly runs: number;
    readonly failures: number;
    readonly next_run: number | null;
  };
}
