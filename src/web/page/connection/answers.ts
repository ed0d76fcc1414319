/**
 * What the supervisor answers, as far as the page shows it. The whole of it is described by the
 * schemas in `src/api/reads/`.
 *
 * @module
 */

/** How a process that has a health check is doing. */
export interface Health {
  readonly status: "starting" | "healthy" | "unhealthy";
  readonly checked_at: number | null;
  readonly failures: number;
  readonly reason: string | null;
}

/** One process of the list. */
export interface ProcessRow {
  readonly tsm_id: number;
  readonly name: string;
  readonly pid: number | null;
  readonly command: string;
  readonly cwd: string;
  readonly port: number | null;
  readonly status: string;
  readonly start_time: number | null;
  readonly restarts: number;
  readonly env_file: string | null;
  readonly reason?: string;
  readonly retry_at?: number;
  readonly exit_code?: number;
  readonly exit_signal?: string;
  readonly cpu: number | null;
  readonly mem: number | null;
  readonly namespace: string;
  readonly app: string | null;
  readonly instance: number | null;
  readonly health: Health | null;
  readonly crash_loop?: true;
}

/** Everything known about one process. */
export interface ProcessDescription
  extends Omit<ProcessRow, "namespace" | "app" | "instance" | "crash_loop"> {
  readonly processes: number | null;
  readonly directory: string;
  readonly interpreter: string | null;
  readonly spec: Readonly<Record<string, unknown>> | null;
  /** The names of the settings that somebody has set. */
  readonly set: readonly string[];
  readonly last_errors: readonly string[];
}

/** One line of a log. */
export interface LogLine {
  readonly time: number;
  readonly stream: "out" | "err";
  readonly line: string;
  readonly truncated?: true;
}

/** One entry of the history of a process. */
export interface HistoryEntry {
  readonly time: number;
  readonly event: string;
  readonly pid?: number | null;
  readonly exit_code?: number;
  readonly exit_signal?: string;
  readonly uptime?: number;
  readonly reason?: string;
}

/** One point of what a process used. */
export interface MetricPoint {
  readonly time: number;
  readonly cpu: number | null;
  readonly cpu_max: number | null;
  readonly mem: number | null;
  readonly mem_max: number | null;
  readonly restarts: number;
}

/** What is reported of one process. */
export interface ProcessReport {
  readonly name: string;
  readonly status: string;
  readonly availability: number | null;
  readonly wanted: number;
  readonly restarts: number;
  readonly crashes: number;
  readonly crashes_by: Readonly<Record<string, number>>;
  readonly mtbf: number | null;
  readonly longest_outage: { readonly from: number; readonly seconds: number } | null;
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

/** What was asked for and did not come about. */
export interface Failure {
  readonly name: string;
  readonly reason: string;
}
