import type { Measurement } from "./measurement.ts";
import { adoption } from "./measurements/adoption.ts";
import { atRest } from "./measurements/at_rest.ts";
import { bundle } from "./measurements/bundle.ts";
import { crash } from "./measurements/crash.ts";
import { killSupervisor } from "./measurements/kill_supervisor.ts";
import { logLoad } from "./measurements/log_load.ts";
import { logThroughput } from "./measurements/log_throughput.ts";
import { ls } from "./measurements/ls.ts";
import { restartAndStop } from "./measurements/restart_and_stop.ts";
import { rotationLoss } from "./measurements/rotation_loss.ts";
import { startMany } from "./measurements/start_many.ts";
import { startOne } from "./measurements/start_one.ts";
import { stateBytes } from "./measurements/state_bytes.ts";
import { thousand } from "./measurements/thousand.ts";
import { reloadFailures, requests } from "./measurements/workers.ts";

/** All that is measured; those that share a crowd follow each other. */
export const MEASUREMENTS: readonly Measurement[] = [
  bundle,
  ls(0),
  startOne,
  startMany,
  restartAndStop,
  crash,
  logThroughput,
  rotationLoss,
  logLoad,
  requests(4),
  reloadFailures,
  killSupervisor,
  adoption,
  thousand,
  atRest(1),
  atRest(100),
  stateBytes,
  ls(100),
  atRest(1000),
  ls(1000),
];
