import type { MetricsPort } from "./metrics/metrics_port.ts";
import type { OwnFiles } from "./root/own_files.ts";
import type { PatrolRounds } from "./patrol_rounds.ts";

/** The running service around a supervisor, for requests that concern itself. */
export interface Service {
  /** Epoch seconds. */
  readonly started: number;
  /** Whether somebody watches it: a service manager, or a person. */
  readonly foreground: boolean;
  readonly rounds: PatrolRounds;
  readonly metricsPort: MetricsPort;
  readonly ownFiles: OwnFiles;
  /** Ends the supervisor once the present request is answered; processes run on. */
  leave(): void;
}
