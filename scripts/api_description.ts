/**
 * Everything that can be asked of the supervisor, for what describes the API as a whole. Whoever
 * only asks loads the one message or question.
 *
 * @module
 */
import type { Message } from "../src/api/message.ts";
import { cleardumpMessage } from "../src/api/messages/cleardump.ts";
import { flushMessage } from "../src/api/messages/flush.ts";
import { healthMessage } from "../src/api/messages/health.ts";
import { notifyMessage } from "../src/api/messages/notify.ts";
import { patrolMessage } from "../src/api/messages/patrol.ts";
import { pingMessage } from "../src/api/messages/ping.ts";
import { reloadMessage } from "../src/api/messages/reload.ts";
import { resetMessage } from "../src/api/messages/reset.ts";
import { restartMessage } from "../src/api/messages/restart.ts";
import { resurrectMessage } from "../src/api/messages/resurrect.ts";
import { rotateMessage } from "../src/api/messages/rotate.ts";
import { saveMessage } from "../src/api/messages/save.ts";
import { scaleMessage } from "../src/api/messages/scale.ts";
import { sendMessage } from "../src/api/messages/send.ts";
import { setMessage } from "../src/api/messages/set.ts";
import { shutdownMessage } from "../src/api/messages/shutdown.ts";
import { signalMessage } from "../src/api/messages/signal.ts";
import { startMessage } from "../src/api/messages/start.ts";
import { statsMessage } from "../src/api/messages/stats.ts";
import { stopMessage } from "../src/api/messages/stop.ts";
import { tokenMessage } from "../src/api/messages/token.ts";
import { unsetMessage } from "../src/api/messages/unset.ts";
import type { Read } from "../src/api/read.ts";
import { eventsRead } from "../src/api/reads/events.ts";
import { historyRead } from "../src/api/reads/history.ts";
import { logsRead } from "../src/api/reads/logs.ts";
import { allMetricsRead, metricsRead } from "../src/api/reads/metrics.ts";
import { processRead } from "../src/api/reads/process.ts";
import { processesRead } from "../src/api/reads/processes.ts";
import { reportRead } from "../src/api/reads/report.ts";

/** Every action, by name; a new one is added here too. */
export const MESSAGES: readonly Message<unknown, unknown>[] = [
  cleardumpMessage,
  flushMessage,
  healthMessage,
  notifyMessage,
  patrolMessage,
  pingMessage,
  reloadMessage,
  resetMessage,
  restartMessage,
  resurrectMessage,
  rotateMessage,
  saveMessage,
  scaleMessage,
  sendMessage,
  setMessage,
  shutdownMessage,
  signalMessage,
  startMessage,
  statsMessage,
  stopMessage,
  tokenMessage,
  unsetMessage,
];

/** Every question, in the order in which they are told. */
export const READS: readonly Read<unknown, unknown>[] = [
  processesRead,
  processRead,
  logsRead,
  historyRead,
  metricsRead,
  allMetricsRead,
  eventsRead,
  reportRead,
];
