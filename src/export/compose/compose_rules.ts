import { relative } from "@std/path/posix";
import { isLogPattern } from "../../settings/table/log_pattern.ts";
import { envFilesOf } from "../../program/env_files.ts";
import { formatMilliseconds } from "../../units.ts";
import { envFileFacts, tellOddities } from "../env_file_facts.ts";
import { hasPortsOfItsOwn } from "../exported_app.ts";
import { isTask } from "../project.ts";
import type { Lost, Rules } from "../rule.ts";
import { healthCheck, type ShellCheck, tcpCheck } from "../shell_checks.ts";

/** Keys of a service. */
export type ServicePiece = Readonly<Record<string, unknown>>;

/** What is known of the file. */
export interface ComposeTarget {
  /** Its directory, absolute: paths in it begin there. */
  readonly dir: string;
}

const NO_CLOCK = { lost: "Docker starts nothing by the clock: a crontab can run it" } as const;
const LOGS = { lost: "Docker's own log driver keeps the output" } as const;
const OWN_BACKOFF = {
  lost: "Docker starts it again at its own pace: 100 ms, doubling up to a minute, for ever",
} as const;

/** What becomes of each setting in a service of Compose. */
export const COMPOSE_RULES: Rules<ServicePiece, ComposeTarget> = {
  interpreter: { as: "`command`", with: "the whole" },
  port: {
    as: "`ports`, published on this machine only, and `PORT`",
    write: (value, { app }) => {
      if (value === null) return [];
      const { instances, port_increment } = app.settings;
      const last = value + instances - 1;
      const published = instances === 1 ? `${value}` : `${value}-${last}`;
      const isSpread = hasPortsOfItsOwn(app) && port_increment > 1;
      return [
        { ports: [`127.0.0.1:${published}:${value}`] },
        ...isSpread ? [{ lost: `published ports are in a row, from ${value} to ${last}` }] : [],
      ];
    },
  },
  app: { moot: "the name of the service" },
  instance: { moot: "each instance has its own, counted from 0" },
  instances: {
    as: "`deploy.replicas`; `TSM_INSTANCE` is not set",
    write: (value) =>
      value === 1
        ? []
        : [{ deploy: { replicas: value } }, { lost: "replicas have no number (TSM_INSTANCE)" }],
  },
  port_increment: { as: "`ports`", with: "port" },
  share_port: {
    as: "each replica has the port, published under one of its own",
    write: (value, { app: { settings } }) =>
      value && settings.instances > 1
        ? [{ lost: "nothing spreads connections over replicas: put a proxy in front" }]
        : [],
  },
  counters: { as: "told", with: "the whole" },
  config: { moot: "what tsm keeps of the file" },
  namespace: {
    as: "`labels`",
    write: (value) => value === "default" ? [] : [{ labels: { "dev.tsm.namespace": value } }],
  },
  env_file: {
    as: "`env_file`",
    write: (value, { app, about: { dir } }) => {
      const files = envFilesOf(value);
      const oddities = files.flatMap((path) => envFileFacts(path).oddities);
      const expands = app.settings.env_expand;
      return files.length === 0 ? [] : [
        { env_file: files.map((path) => relativePath(dir, path)) },
        ...expands ? [] : tellOddities("Compose", oddities, ["dollar"]),
      ];
    },
  },
  env_expand: { as: "Compose expands `${NAME}` in env files by itself", with: "env_file" },
  user: { as: "`user`", write: (value) => value === null ? [] : [{ user: value }] },
  stdin: { moot: "a container has no standard input; `stdin_open` gives it one" },
  shell: { as: "`command`", with: "the whole" },
  autorestart: {
    as: "`restart`",
    write: (value, { app, project }) => {
      const isDone = app.settings.schedule !== null || isTask(project, app);
      if (isDone) return [{ restart: value === "on-failure" ? "on-failure" : "no" }];
      return [{ restart: value === "always" ? "unless-stopped" : "on-failure" }];
    },
  },
  max_restarts: OWN_BACKOFF,
  min_uptime: OWN_BACKOFF,
  restart_delay: OWN_BACKOFF,
  exp_backoff: OWN_BACKOFF,
  stop_exit_codes: { lost: "Docker knows no exit codes after which it stays stopped" },
  max_memory: {
    as: "`deploy.resources.limits.memory`: the kernel ends it, and `restart` starts it again",
    write: (value) =>
      value === 0 ? [] : [{ deploy: { resources: { limits: { memory: memory(value) } } } }],
  },
  cron_restart: NO_CLOCK,
  kill_timeout: {
    as: "`stop_grace_period`",
    write: (value) => [{ stop_grace_period: formatMilliseconds(value) }],
  },
  stop_signal: {
    as: "`stop_signal`",
    write: (value) => value === "SIGTERM" ? [] : [{ stop_signal: value }],
  },
  schedule: {
    as: "`profiles: [jobs]`: not started by `up`; a crontab can run it",
    write: (value, { app }) =>
      value === null ? [] : [{ profiles: ["jobs"] }, {
        lost: "Docker starts nothing by the clock; a crontab can: " +
          `${value} docker compose run --rm ${app.name}`,
      }],
  },
  timezone: NO_CLOCK,
  overlap: NO_CLOCK,
  essential: {
    lost: "only 'tsm run' goes by it; see 'docker compose up --abort-on-container-exit'",
  },
  log_max_size: {
    as: "`logging.options.max-size`",
    write: (value) =>
      value === 0
        ? []
        : [{ logging: { driver: "json-file", options: { "max-size": memory(value) } } }],
  },
  log_max_files: {
    as: "`logging.options.max-file`",
    write: (value, { app }) =>
      value === 0 || app.settings.log_max_size === 0
        ? []
        : [{ logging: { driver: "json-file", options: { "max-file": String(value) } } }],
  },
  log_max_age: LOGS,
  log_max_total: LOGS,
  log_rotate: LOGS,
  log_rotate_on_restart: LOGS,
  log_pipe: LOGS,
  log_links: LOGS,
  freeze: LOGS,
  depends_on: {
    as: "`depends_on` with `service_started`, `service_healthy`, `service_completed_successfully`",
    write: (_, { app, project }) => {
      const found = project.dependencies.get(app.name) ?? [];
      const unknown = project.unknown.get(app.name) ?? [];
      const services = found.map(({ app, condition }) =>
        [app.name, { condition: CONDITIONS[condition] }] as const
      );
      return [
        ...found.length === 0 ? [] : [{ depends_on: Object.fromEntries(services) }],
        ...found.filter(({ restart }) => restart).map(({ app }) => ({
          lost: `'restart' takes Compose 2.17: add 'restart: true' below ${app.name}`,
        })),
        ...found.some(({ once }) => once) ? [{ lost: "'once' is not known" }] : [],
        ...unknown.map((word) => ({ lost: `there is no '${word}' among what is exported` })),
      ];
    },
  },
  health: {
    as: "`healthcheck`; Docker tells that it is unhealthy, and does not restart it",
    write: (value, { app }) => {
      if (value === null) return [];
      const { interval, timeout, retries, grace } = value;
      const timing = {
        interval: formatMilliseconds(interval),
        timeout: formatMilliseconds(timeout),
        retries,
        ...grace === 0 ? {} : { start_period: formatMilliseconds(grace) },
      };
      return [
        ...healthPieces(healthCheck(value, app.settings.port), timing),
        { lost: "Docker tells that it is unhealthy, but does not restart it" },
      ];
    },
  },
  wait_ready: {
    as: "`port`: a `healthcheck`, where there is none; `health`: the `healthcheck`",
    write: (value, { app }) => {
      const { health, port, ready_timeout } = app.settings;
      if (value === null || value === "health") return [];
      if (value === "port" && port !== null) {
        const timing = { interval: "1s", start_period: formatMilliseconds(ready_timeout) };
        return health === null ? healthPieces(tcpCheck(port), timing) : [];
      }
      const how = isLogPattern(value) ? "what it writes" : value;
      return [{ lost: `Docker does not wait for ${how}: only a healthcheck says what is ready` }];
    },
  },
  ready_timeout: { as: "`healthcheck.start_period`", with: "wait_ready" },
  watchdog: { lost: "Docker takes no WATCHDOG=1: a healthcheck is its way" },
  watch: { lost: "nothing restarts it when files change; see 'develop' in Compose" },
  priority: { lost: "only depends_on says what is started first" },
  hooks: {
    as: "`pre_start`: a shell in `command` runs it first",
    write: (value) =>
      value?.post_stop === undefined ? [] : [{ lost: "nothing is run when a container has ended" }],
  },
  nice: { as: "`command`: run by nice(1)", with: "the whole" },
  nofile: {
    as: "`ulimits.nofile`",
    write: (value) => value === null ? [] : [{ ulimits: { nofile: value } }],
  },
  umask: { as: "`command`: set by a shell", with: "the whole" },
  on: { lost: "nothing is run for an event; see 'docker events'" },
  on_limit: { moot: "of the commands of `on`" },
  on_timeout: { moot: "of the commands of `on`" },
};

const CONDITIONS = {
  started: "service_started",
  healthy: "service_healthy",
  exited: "service_completed_successfully",
} as const;

function healthPieces(
  { line, lost }: ShellCheck,
  timing: Readonly<Record<string, unknown>>,
): readonly (ServicePiece | Lost)[] {
  const check = { healthcheck: { test: ["CMD-SHELL", line], ...timing } };
  return lost === undefined ? [check] : [check, { lost }];
}

/** Bytes as Docker reads them: its units are of 1024, too. */
function memory(bytes: number): string {
  const units = [["g", 1024 ** 3], ["m", 1024 ** 2], ["k", 1024]] as const;
  const [unit, size] = units.find(([, size]) => bytes % size === 0) ?? ["b", 1];
  return `${bytes / size}${unit}`;
}

/** A path as a compose file has it, from its own directory. */
export function relativePath(dir: string, path: string): string {
  const found = relative(dir, path);
  if (found === "") return ".";
  return found.startsWith(".") ? found : `./${found}`;
}
