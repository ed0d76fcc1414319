/**
 * What the library takes and answers. The fields are those of the API (docs/api.md) and of the
 * files (docs/files.md).
 *
 * @module
 */

/** A point in time: epoch seconds, an ISO 8601 time, or a duration ago as `10m`, `2h`, `7d`. */
export type Moment = number | string;

/** A period; where one of its ends is left out, each question has a default of its own. */
export interface PeriodOptions {
  readonly since?: Moment;
  readonly until?: Moment;
}

/** A process of the list. */
export interface Process {
  readonly tsm_id: number;
  /** The full name, as in `web-3000`. */
  readonly name: string;
  /** `null` while it does not run. */
  readonly pid: number | null;
  readonly command: string;
  readonly cwd: string;
  readonly interpreter: string | null;
  readonly port: number | null;
  /** `launching`, `online`, `stopping`, `stopped`, `waiting`, `scheduled` or `errored`. */
  readonly status: string;
  /** Epoch seconds. */
  readonly start_time: number | null;
  readonly restarts: number;
  readonly unstable_restarts: number;
  /** Of the last exit. */
  readonly exit_code?: number;
  readonly exit_signal?: string;
  /** Of the last exit, or of the status. */
  readonly reason?: string;
  /** Who or what stopped it. */
  readonly stopped_by?: string;
  /** Epoch seconds of the next try, while it waits. */
  readonly retry_at?: number;
}

/** How a process that has a health check is doing. */
export interface Health {
  readonly status: "starting" | "healthy" | "unhealthy";
  /** Epoch seconds of the last check. */
  readonly checked_at: number | null;
  /** How often in a row it has failed. */
  readonly failures: number;
  /** What was wrong at the last check. */
  readonly reason: string | null;
}

/** A process of the list, with what it uses. */
export interface ListedProcess extends Process {
  /** Per cent of one core; `null` while it does not run. */
  readonly cpu: number | null;
  /** KiB of resident memory. */
  readonly mem: number | null;
  readonly namespace: string;
  /** What its instances share as a name. */
  readonly app: string | null;
  readonly instance: number | null;
  /** `null` where it has no health check, or does not run. */
  readonly health: Health | null;
  /** Set where it ends again and again soon after its start. */
  readonly crash_loop?: true;
}

/** Everything known about one process. */
export interface Description extends Process {
  readonly cpu: number | null;
  readonly mem: number | null;
  /** How many there are of what it has started, itself included. */
  readonly processes: number | null;
  readonly health: Health | null;
  /** Its directory, below the root. */
  readonly directory: string;
  /** Its settings; `null` where they cannot be read. */
  readonly spec: object | null;
  /** The names of the settings that somebody has set. */
  readonly set: readonly string[];
  readonly files: readonly { readonly name: string; readonly size: number | null }[];
  /** The last ten entries. */
  readonly history: readonly HistoryEntry[];
  /** The last error on its standard error. */
  readonly last_errors: readonly string[];
}

/** Something that happened. */
export interface TsmEvent {
  /** Epoch seconds. */
  readonly time: number;
  /** `start`, `online`, `exit`, `crash`, `restart`, `stop`, `errored` …: docs/files.md has all. */
  readonly event: string;
  /** The process; `null`: the supervisor itself. */
  readonly name: string | null;
}

/** Something that happened to a process. */
export interface HistoryEntry {
  /** Epoch seconds. */
  readonly time: number;
  readonly event: string;
  readonly name: string;
  readonly pid?: number | null;
  readonly exit_code?: number;
  readonly exit_signal?: string;
  /** Seconds the process had run. */
  readonly uptime?: number;
  readonly reason?: string;
}

/** A line of a log. */
export interface LogLine {
  /** Epoch seconds by which it had come. */
  readonly time: number;
  readonly name: string;
  readonly stream: "out" | "err";
  readonly line: string;
  /** Set where it is only the beginning of a longer one. */
  readonly truncated?: true;
}

/** Which lines of a log are wanted. */
export interface LogOptions extends PeriodOptions {
  /** Only lines that match this regular expression of RE2. */
  readonly grep?: string;
  /** Only one of the two streams. */
  readonly stream?: "out" | "err";
  /** How many, the newest; 200 unless it is given. */
  readonly lines?: number;
}

/** What a process used: a point of a series. `null` where nothing was measured. */
export interface MetricPoint {
  /** Epoch seconds of the middle of what it stands for. */
  readonly time: number;
  /** Per cent of one core: the mean and the maximum. */
  readonly cpu: number | null;
  readonly cpu_max: number | null;
  /** KiB of resident memory: the mean and the maximum. */
  readonly mem: number | null;
  readonly mem_max: number | null;
  /** How often it was restarted in that time. */
  readonly restarts: number;
}

/** How a process has been doing in a period. */
export interface ProcessReport {
  readonly name: string;
  readonly status: string;
  /** The share of the wanted time in which it was up; `null` where it was never wanted. */
  readonly availability: number | null;
  readonly restarts: number;
  readonly crashes: number;
  /** Seconds up for each crash. */
  readonly mtbf: number | null;
  readonly longest_outage: { readonly from: number; readonly seconds: number } | null;
}

/** Why something could not be done with one of several processes. */
export interface Failure {
  readonly name: string;
  readonly reason: string;
}

/** What is to be started. */
export interface App {
  /** A command line for a shell, or a program and its arguments. */
  readonly command: string | readonly string[];
  /** Where nothing is said, it is called after its program. */
  readonly name?: string;
  /** Where it runs; by default where this program does. */
  readonly cwd?: string;
  readonly port?: number | "auto";
  readonly interpreter?: string;
  /** Variables over the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /**
   * Its other settings, by their names in `spec.json` (docs/files.md), durations in milliseconds,
   * as in `{ autorestart: false, kill_timeout: 5000 }`.
   */
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** How apps are started. */
export interface StartOptions {
  /** The environment they run with; by default that of this program. */
  readonly environment?: Readonly<Record<string, string>>;
  /** What becomes of one that runs already; by default it is left as it is. */
  readonly ifRunning?: "refuse" | "leave" | "restart";
  /**
   * Milliseconds to wait until each is ready; by default it is waited for where its `wait_ready`
   * asks for it.
   */
  readonly wait?: number;
}

/** What became of apps that were to be started. */
export interface Started {
  readonly started: readonly Process[];
  /** The names of those that ran already. */
  readonly unchanged: readonly string[];
  readonly failed: readonly Failure[];
}

/** What a supervisor says of itself. */
export interface SupervisorInfo {
  readonly pid: number;
  readonly version: string;
  /** Epoch seconds. */
  readonly started: number;
  /** How many processes it manages. */
  readonly processes: number;
}
