import { checkClock } from "./check_clock.ts";
import { checkDisk } from "./check_disk.ts";
import { checkInit } from "./check_init.ts";
import { checkLimits } from "./check_limits.ts";
import { checkLogs } from "./check_logs.ts";
import { checkMetrics } from "./check_metrics.ts";
import { checkPorts } from "./check_ports.ts";
import { checkProcesses } from "./check_processes.ts";
import { checkPrograms } from "./check_programs.ts";
import { checkRoot } from "./check_root.ts";
import { checkSupervisor } from "./check_supervisor.ts";
import type { Check } from "./check_result.ts";

/** What `tsm doctor` looks at, in this order. */
export const CHECKS: Readonly<Record<string, Check>> = {
  programs: checkPrograms,
  root: checkRoot,
  supervisor: checkSupervisor,
  processes: checkProcesses,
  logs: checkLogs,
  metrics: checkMetrics,
  ports: checkPorts,
  disk: checkDisk,
  limits: checkLimits,
  clock: checkClock,
  boot: checkInit,
};
