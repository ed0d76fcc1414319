import { envFilesOf } from "../../program/env_files.ts";
import { isLogPattern } from "../../settings/table/log_pattern.ts";
import type { Health } from "../../settings/table/settings_table.ts";
import { formatBytes } from "../../units.ts";
import { readCronTimes } from "../cron_times.ts";
import { cronPattern } from "./cron_pattern.ts";
import { envFileFacts, tellOddities } from "../env_file_facts.ts";
import { hasPortsOfItsOwn } from "../exported_app.ts";
import { labelValue } from "./kubernetes_names.ts";
import type { JsonObject } from "../merge_deep.ts";
import { isTask } from "../project.ts";
import type { Lost, Rules } from "../rule.ts";
import { healthCheck } from "../shell_checks.ts";

/** Parts of what is written of an app. */
export interface KubernetesPiece {
  /** Of the one container of its pods. */
  readonly container?: JsonObject;
  /** Of the specification of its pods. */
  readonly pod?: JsonObject;
  /** Of the specification of its Deployment, StatefulSet, Job or CronJob. */
  readonly workload?: JsonObject;
  /** Of the labels of all its objects. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** What is known of the objects. */
export interface KubernetesTarget {
  /** The name of the app's objects. */
  readonly name: string;
  /** The time zone of this machine. */
  readonly timezone: string;
}

const LOGS = { lost: "the kubelet keeps the output, by its own limits" } as const;
const OWN_BACKOFF = {
  lost: "Kubernetes starts it again at its own pace: 10 s, doubling up to five minutes, for ever",
} as const;

/** What becomes of each setting in the objects of an app. */
export const KUBERNETES_RULES: Rules<KubernetesPiece, KubernetesTarget> = {
  interpreter: { as: "`args`", with: "the whole" },
  port: { as: "`containerPort`, a Service, and `PORT`", with: "the whole" },
  app: { moot: "the name of the objects" },
  instance: { moot: "each instance has its own, counted from 0" },
  instances: {
    as:
      "`replicas`; with ports of their own a StatefulSet, with `TSM_INSTANCE` from the index of " +
      "the pod (Kubernetes 1.28)",
    write: (value, { app, project }) => {
      const { schedule } = app.settings;
      if (value === 1) return [];
      if (schedule !== null || isTask(project, app)) {
        return [{ lost: "a Job runs once, not in several instances" }];
      }
      return [
        { workload: { replicas: value } },
        ...hasPortsOfItsOwn(app) ? [] : [{ lost: "replicas have no number (TSM_INSTANCE)" }],
      ];
    },
  },
  port_increment: { lost: "each pod has an address of its own, and the same port" },
  share_port: { as: "a Service spreads the connections", with: "the whole" },
  counters: { as: "told", with: "the whole" },
  config: { moot: "what tsm keeps of the file" },
  namespace: {
    as: "label `app.kubernetes.io/part-of`",
    write: (value) =>
      value === "default" ? [] : [{ labels: { "app.kubernetes.io/part-of": labelValue(value) } }],
  },
  env_file: {
    as: "`envFrom` a Secret, which is only referred to",
    write: (value, { app }) => {
      const files = envFilesOf(value);
      const oddities = files.flatMap((path) => envFileFacts(path).oddities);
      const hasOdd = tellOddities("kubectl create secret --from-env-file", oddities, [
        "export",
        "quotes",
        "backticks",
        "comment",
      ]);
      const dollars = app.settings.env_expand
        ? tellOddities("kubectl create secret --from-env-file", oddities, ["dollar"])
        : [];
      return files.length === 0 ? [] : [...hasOdd, ...dollars];
    },
  },
  env_expand: { as: "told", with: "env_file" },
  user: {
    as: "`securityContext.runAsUser`, where it is a number",
    write: (value) => {
      if (value === null) return [];
      if (/^[0-9]+$/.test(value)) {
        return [{ container: { securityContext: { runAsUser: Number(value) } } }];
      }
      return [{ lost: `'${value}' has no number here: set securityContext.runAsUser` }];
    },
  },
  stdin: { moot: "a container has no standard input; `stdin: true` gives it one" },
  shell: { as: "`args`", with: "the whole" },
  autorestart: {
    as: "`always`: a Deployment; `never`, or what others await the end of: a Job",
    write: (value, { app, project }) => {
      const { schedule } = app.settings;
      if (schedule !== null) return [{ pod: { restartPolicy: "Never" } }];
      if (isTask(project, app)) {
        return [{ pod: { restartPolicy: value === "never" ? "Never" : "OnFailure" } }];
      }
      return value === "on-failure"
        ? [{ lost: "a Deployment starts it again after a good end, too" }]
        : [];
    },
  },
  max_restarts: {
    as: "of a Job `backoffLimit`; else told",
    write: (value, { app, project }) => {
      const { schedule, autorestart } = app.settings;
      if (schedule !== null) return [];
      if (isTask(project, app)) {
        return [{ workload: { backoffLimit: autorestart === "never" ? 0 : value } }];
      }
      return value === 16 ? [] : [OWN_BACKOFF];
    },
  },
  min_uptime: OWN_BACKOFF,
  restart_delay: OWN_BACKOFF,
  exp_backoff: OWN_BACKOFF,
  stop_exit_codes: { lost: "Kubernetes knows no exit codes after which it stays stopped" },
  max_memory: {
    as: "`resources.limits.memory`: the kernel ends it, and the kubelet starts it again",
    write: (value) =>
      value === 0 ? [] : [{ container: { resources: { limits: { memory: quantity(value) } } } }],
  },
  cron_restart: { lost: "nothing restarts pods by the clock: a CronJob could, with kubectl" },
  kill_timeout: {
    as: "`terminationGracePeriodSeconds`, in whole seconds",
    write: (value) => [{ pod: { terminationGracePeriodSeconds: Math.ceil(value / 1000) } }],
  },
  stop_signal: {
    lost:
      "the image says which signal ends it (STOPSIGNAL), or 'lifecycle.stopSignal' of a newer " +
      "Kubernetes",
  },
  schedule: {
    as: "a CronJob",
    write: (value, { app, about: { timezone } }) => {
      if (value === null) return [];
      const times = readCronTimes(value);
      const pattern = times && cronPattern(times);
      const zone = app.settings.timezone ?? timezone;
      if (pattern === undefined) {
        return [
          { workload: { schedule: "0 0 31 2 *", suspend: true } },
          { lost: `'${value}' cannot be said to a CronJob, which is suspended: set its schedule` },
        ];
      }
      return [{
        workload: { schedule: pattern, timeZone: zone, concurrencyPolicy: "Forbid" },
      }];
    },
  },
  timezone: { as: "`timeZone`, that of this machine where there is none", with: "schedule" },
  overlap: { lost: "a run that is due while the last one lasts is skipped (Forbid), not queued" },
  essential: { lost: "only 'tsm run' goes by it" },
  log_max_size: LOGS,
  log_max_files: LOGS,
  log_max_age: LOGS,
  log_max_total: LOGS,
  log_rotate: LOGS,
  log_rotate_on_restart: LOGS,
  log_pipe: LOGS,
  log_links: LOGS,
  freeze: LOGS,
  depends_on: {
    lost: "Kubernetes starts all at once: it has to wait for what it needs, or fail and be " +
      "started again ('kubectl wait' waits for a Job)",
  },
  health: {
    as: "`livenessProbe`, and for `grace` a `startupProbe`",
    write: (value, { app }) => {
      if (value === null) return [];
      const { probe, lost } = probeOf(value, app.settings.port);
      const { interval, timeout, retries, grace } = value;
      const timing = { periodSeconds: whole(interval), timeoutSeconds: whole(timeout) };
      const started = Math.max(1, Math.ceil(grace / interval));
      return [
        { container: { livenessProbe: { ...probe, ...timing, failureThreshold: retries } } },
        ...grace === 0 ? [] : [{
          container: { startupProbe: { ...probe, ...timing, failureThreshold: started } },
        }],
        ...lost,
      ];
    },
  },
  wait_ready: {
    as: "`port`, `health`: `readinessProbe`",
    write: (value, { app }) => {
      const { port, health } = app.settings;
      if (value === null) return [];
      if (value === "port" && port !== null) {
        return [{ container: { readinessProbe: { tcpSocket: { port } } } }];
      }
      if (value === "health" && health !== null) {
        const { probe } = probeOf(health, port);
        const timing = {
          periodSeconds: whole(health.interval),
          timeoutSeconds: whole(health.timeout),
        };
        return [{ container: { readinessProbe: { ...probe, ...timing } } }];
      }
      const how = isLogPattern(value) ? "what it writes" : value;
      return [{ lost: `Kubernetes does not wait for ${how}: only a probe says what is ready` }];
    },
  },
  ready_timeout: {
    as: "of a Deployment `progressDeadlineSeconds`, with `wait_ready`",
    write: (value, { app, project }) => {
      const { wait_ready, schedule } = app.settings;
      const isDeployment = schedule === null && !isTask(project, app) && !hasPortsOfItsOwn(app);
      return wait_ready === null || !isDeployment
        ? []
        : [{ workload: { progressDeadlineSeconds: whole(value) } }];
    },
  },
  watchdog: { lost: "Kubernetes takes no WATCHDOG=1: a livenessProbe is its way" },
  watch: { lost: "nothing restarts it when files change: whoever deploys does" },
  priority: { lost: "Kubernetes starts all at once" },
  hooks: {
    as: "`pre_start`: a shell in `args` runs it first",
    write: (value) =>
      value?.post_stop === undefined ? [] : [{ lost: "nothing is run when a container has ended" }],
  },
  nice: { as: "`args`: run by nice(1)", with: "the whole" },
  nofile: { as: "`args`: set by a shell, up to the limit of the node", with: "the whole" },
  umask: { as: "`args`: set by a shell", with: "the whole" },
  on: { lost: "nothing is run for an event; whoever watches the cluster tells of it" },
  on_limit: { moot: "of the commands of `on`" },
  on_timeout: { moot: "of the commands of `on`" },
};

interface Probe {
  readonly probe: JsonObject;
  readonly lost: readonly Lost[];
}

/** A check as a probe: by the kubelet itself where it can, else by a shell in the container. */
function probeOf(health: Health, port: number | null): Probe {
  if (health.type === "tcp") {
    return { probe: { tcpSocket: { port: health.port ?? port ?? 0 } }, lost: [] };
  }
  if (health.type === "http" && health.status === undefined && health.body === undefined) {
    const url = parseUrl(health.url.replace(/\$\{PORT\}/g, String(port ?? "")));
    if (url !== undefined) {
      const { protocol, pathname, search } = url;
      const isTls = protocol === "https:";
      const given = url.port === "" ? (isTls ? 443 : 80) : Number(url.port);
      const httpGet = {
        path: `${pathname}${search}`,
        port: given,
        ...isTls ? { scheme: "HTTPS" } : {},
      };
      return { probe: { httpGet }, lost: [] };
    }
  }
  const { line, lost } = healthCheck(health, port);
  return {
    probe: { exec: { command: ["/bin/sh", "-c", line] } },
    lost: lost === undefined ? [] : [{ lost }],
  };
}

function parseUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

/** Milliseconds in whole seconds, one at the least. */
function whole(milliseconds: number): number {
  return Math.max(1, Math.ceil(milliseconds / 1000));
}

/** Bytes as Kubernetes reads them: `300Mi`. */
function quantity(bytes: number): string {
  const text = formatBytes(bytes);
  return /[KMGT]$/.test(text) ? `${text}i` : text;
}
