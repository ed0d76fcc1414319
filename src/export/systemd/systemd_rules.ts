import { envFilesOf } from "../../program/env_files.ts";
import { specifiers } from "../../startup/unit_text.ts";
import { isLogPattern } from "../../settings/table/log_pattern.ts";
import { formatMilliseconds } from "../../units.ts";
import { envFileFacts, tellOddities } from "../env_file_facts.ts";
import type { ExportedApp } from "../exported_app.ts";
import { isAwaited, isTask } from "../project.ts";
import type { RuleContext, Rules } from "../rule.ts";
import { healthCheck, type ShellCheck, tcpCheck, waitUntil } from "../shell_checks.ts";
import { instanceOf, shellCommand, unitNames } from "./systemd_names.ts";

/** Lines of a section of a unit. */
export interface UnitPiece {
  readonly section: "Unit" | "Service";
  readonly lines: readonly string[];
}

/** What is known of the systemd that the units are for. */
export interface SystemdTarget {
  /** The version of this machine's; `undefined`: it has none. */
  readonly version: number | undefined;
  /** Who runs what says no user. */
  readonly owner: string;
}

/** The first version that has `RestartSteps=` and `RestartMaxDelaySec=`. */
const BACKOFF_SINCE = 254;
/** tsm's own: it grows by half from restart to restart, up to so many milliseconds. */
const BACKOFF = { factor: 1.5, maximum: 15_000 } as const;

const JOURNAL = "the journal keeps the output, by the limits of journald.conf(5)";

function service(...lines: readonly string[]): UnitPiece {
  return { section: "Service", lines };
}

/** What becomes of each setting in a unit. */
export const SYSTEMD_RULES: Rules<UnitPiece, SystemdTarget> = {
  interpreter: { as: "`ExecStart=`", with: "the whole" },
  port: { as: "`Environment=PORT=…`", with: "the whole" },
  app: { moot: "the name of the unit" },
  instance: { moot: "each instance has its own, counted from 0" },
  instances: {
    as: "a template `NAME@.service`, whose `%i` is `TSM_INSTANCE`, wanted by the target",
    with: "the whole",
  },
  port_increment: { as: "counted by the shell that becomes the program", with: "instances" },
  share_port: {
    as: "the same `PORT` in each instance; the program itself has to set `SO_REUSEPORT`",
    write: (value, { app }) =>
      value && app.settings.instances > 1
        ? [{ lost: "the program has to share the port itself (SO_REUSEPORT); tsm told node to" }]
        : [],
  },
  counters: { as: "counted by the shell that becomes the program", with: "instances" },
  config: { moot: "what tsm keeps of the file" },
  namespace: { as: "`PartOf=` of `tsm-NAMESPACE.target`, which wants it", with: "the whole" },
  env_file: {
    as: "`EnvironmentFile=`",
    write: (value, { app }) =>
      envFilesOf(value).flatMap((path) => {
        if (/\p{Cc}|\\$|^\s|\s$/u.test(path)) return [{ lost: "its path cannot stand in a unit" }];
        const { names, oddities } = envFileFacts(path);
        const over = names.filter((name) => Object.hasOwn(app.variables, name));
        return [
          service(`EnvironmentFile=${specifiers(path)}`),
          ...over.length === 0 ? [] : [{
            lost: `it sets ${over.join(", ")} too, and for systemd a file prevails over the unit`,
          }],
          ...tellOddities("systemd", oddities, ["export", "comment", "backticks"]),
        ];
      }),
  },
  env_expand: { lost: "systemd takes the files as they are and expands no ${NAME} in them" },
  user: {
    as: "`User=`",
    // Also where that is root: without it there would be no HOME.
    write: (value, { about: { owner } }) => [service(`User=${value ?? owner}`)],
  },
  stdin: { moot: "a service has no standard input; `StandardInput=` gives it one" },
  shell: { as: "`ExecStart=`", with: "the whole" },
  autorestart: {
    as: "`Restart=`",
    write: (value, { app, project }) => {
      if (app.settings.schedule !== null) return [service("Restart=no")];
      const isOneShot = isTask(project, app) && isAwaited(project, app, "exited");
      const policy = value === "never" ? "no" : isOneShot ? "on-failure" : value;
      return [service(`Restart=${policy}`)];
    },
  },
  max_restarts: {
    as: "`StartLimitBurst=`, `StartLimitIntervalSec=`",
    write: (value, { app }) => {
      const { min_uptime, autorestart, schedule } = app.settings;
      // A job may run as often as it is due.
      if (schedule !== null) return [{ section: "Unit", lines: ["StartLimitIntervalSec=0"] }];
      if (autorestart === "never") return [];
      const burst = Math.max(1, value);
      const interval = burst * min_uptime + pausesOf(app, burst);
      return [{
        section: "Unit",
        lines: [`StartLimitBurst=${burst}`, `StartLimitIntervalSec=${seconds(interval)}`],
      }];
    },
  },
  min_uptime: { as: "`StartLimitIntervalSec=`", with: "max_restarts" },
  restart_delay: {
    as: "`RestartSec=`",
    write: (value, { app: { settings } }) =>
      settings.exp_backoff > 0 || settings.autorestart === "never" || settings.schedule !== null
        ? []
        : [service(`RestartSec=${seconds(value)}`)],
  },
  exp_backoff: {
    as: "`RestartSec=`, `RestartSteps=`, `RestartMaxDelaySec=` (systemd 254 and newer)",
    write: (value, { app: { settings }, about: { version } }) => {
      if (value === 0 || settings.autorestart === "never") return [];
      const first = Math.min(value, BACKOFF.maximum);
      const steps = Math.ceil(Math.log(BACKOFF.maximum / first) / Math.log(BACKOFF.factor));
      const growing = steps < 1
        ? []
        : [`RestartSteps=${steps}`, `RestartMaxDelaySec=${seconds(BACKOFF.maximum)}`];
      const isKnown = version === undefined || version >= BACKOFF_SINCE;
      if (isKnown) return [service(`RestartSec=${seconds(first)}`, ...growing)];
      return [
        service(
          `RestartSec=${seconds(first)}`,
          `# With systemd ${BACKOFF_SINCE} or newer; this machine has ${version}.`,
          ...growing.map((line) => `#${line}`),
        ),
        {
          lost:
            `a pause that grows takes systemd ${BACKOFF_SINCE} or newer, and this machine has ` +
            `${version}: the lines are there as comments`,
        },
      ];
    },
  },
  stop_exit_codes: {
    as: "`RestartPreventExitStatus=`",
    write: (value) =>
      value.length === 0 ? [] : [service(`RestartPreventExitStatus=${value.join(" ")}`)],
  },
  max_memory: {
    as: "`MemoryMax=`: the kernel ends it, and `Restart=` starts it again",
    write: (value) => value === 0 ? [] : [service(`MemoryMax=${value}`)],
  },
  cron_restart: { as: "`NAME-restart.timer`", with: "the whole" },
  kill_timeout: {
    as: "`TimeoutStopSec=`",
    // 0 would be no limit at all.
    write: (value) => [service(`TimeoutStopSec=${seconds(Math.max(1, value))}`)],
  },
  stop_signal: {
    as: "`KillSignal=`",
    write: (value) => value === "SIGTERM" ? [] : [service(`KillSignal=${value}`)],
  },
  schedule: { as: "`NAME.timer` with `OnCalendar=`", with: "the whole" },
  timezone: { as: "`OnCalendar=`", with: "schedule" },
  overlap: { lost: "a run that is due while the last one lasts is skipped, not queued" },
  essential: { lost: "only 'tsm run' goes by it" },
  log_max_size: { lost: JOURNAL },
  log_max_files: { lost: JOURNAL },
  log_max_age: { lost: JOURNAL },
  log_max_total: { lost: JOURNAL },
  log_rotate: { lost: JOURNAL },
  log_rotate_on_restart: { lost: JOURNAL },
  log_pipe: { lost: "the output goes to the journal, not through a command" },
  log_links: {
    as: "`StandardOutput=append:…`, `StandardError=append:…`; nobody rotates those files",
    write: (value, { app }) => {
      if (value === null) return [];
      if (app.settings.instances > 1 || /\p{Cc}|\\$/u.test(`${value.out}${value.err}`)) {
        return [{ lost: JOURNAL }];
      }
      return [
        service(
          ...value.out === undefined ? [] : [`StandardOutput=append:${specifiers(value.out)}`],
          ...value.err === undefined ? [] : [`StandardError=append:${specifiers(value.err)}`],
        ),
        { lost: "the files are written by systemd, and nobody rotates them" },
      ];
    },
  },
  freeze: { lost: JOURNAL },
  depends_on: {
    as: "`Requires=`, `After=`; for `exited` the other is a `oneshot`, for `healthy` its start " +
      "waits for its check",
    write: (_, { app, project }) => {
      const found = project.dependencies.get(app.name) ?? [];
      const units = found.flatMap((dependency) => unitNames(dependency.app)).join(" ");
      const unknown = project.unknown.get(app.name) ?? [];
      return [
        ...units === ""
          ? []
          : [{ section: "Unit" as const, lines: [`Requires=${units}`, `After=${units}`] }],
        ...found.some(({ once }) => once)
          ? [{ lost: "'once' is not known: what has to have 'exited' runs anew at each boot" }]
          : [],
        ...unknown.map((word) => ({ lost: `there is no '${word}' among what is exported` })),
      ];
    },
  },
  health: {
    as: "awaited at the start (`ExecStartPost=`) where others wait for it; not watched later",
    write: (value) => {
      if (value === null) return [];
      const how = "its program can say WATCHDOG=1 itself (WatchdogSec=)";
      const { lost } = healthCheck(value, null);
      return [
        { lost: `systemd does not check a service that runs; ${how}` },
        ...lost === undefined ? [] : [{ lost }],
      ];
    },
  },
  wait_ready: {
    as: "`notify`: `Type=notify`; `port`, `health`: `ExecStartPost=` waits for it",
    write: (value, context) => {
      const check = startCheck(context);
      const waiting = check === undefined ? [] : [
        service(
          ...check.needs.length === 0 ? [] : [`# Takes ${check.needs.join(" and ")}.`],
          `ExecStartPost=${shellCommand(context.app, waitUntil(check))}`,
        ),
      ];
      const isTold = value === "message" || isLogPattern(value);
      const told = isTold
        ? [{ lost: `systemd cannot wait for '${value}'; sd_notify(3) is its way` }]
        : [];
      return [...waiting, ...told];
    },
  },
  ready_timeout: {
    as: "`TimeoutStartSec=`",
    write: (value, context) => {
      const { wait_ready, hooks } = context.app.settings;
      const isAwaiting = wait_ready === "notify" || startCheck(context) !== undefined;
      const limit = (isAwaiting ? value : 0) + (hooks?.pre_start ? hooks.timeout : 0);
      // Of a job the limit would be one of its whole run.
      const isOneShot = context.app.settings.schedule !== null ||
        isAwaited(context.project, context.app, "exited");
      return limit === 0 || isOneShot ? [] : [service(`TimeoutStartSec=${seconds(limit)}`)];
    },
  },
  watchdog: {
    as: "`WatchdogSec=`",
    write: (value) => value === 0 ? [] : [service(`WatchdogSec=${seconds(value)}`)],
  },
  watch: { lost: "nothing restarts it when files change: whoever deploys does" },
  priority: { lost: "only After= says what is started first" },
  hooks: {
    as: "`ExecStartPre=`, `ExecStopPost=`",
    write: (value, { app }) => {
      const { pre_start, post_stop } = value ?? {};
      return [
        service(
          ...pre_start === undefined ? [] : [`ExecStartPre=${shellCommand(app, pre_start)}`],
          ...post_stop === undefined ? [] : [`ExecStopPost=${shellCommand(app, post_stop)}`],
        ),
      ];
    },
  },
  nice: { as: "`Nice=`", write: (value) => value === null ? [] : [service(`Nice=${value}`)] },
  nofile: {
    as: "`LimitNOFILE=`",
    write: (value) => value === null ? [] : [service(`LimitNOFILE=${value}`)],
  },
  umask: {
    as: "`UMask=`",
    write: (value) => value === null ? [] : [service(`UMask=${value.padStart(4, "0")}`)],
  },
  on: { lost: "only OnFailure= is near: a unit that is started when this one has failed" },
  on_limit: { moot: "of the commands of `on`" },
  on_timeout: { moot: "of the commands of `on`" },
};

/** What the start waits for, as tsm's would; `undefined`: nothing that a shell could find out. */
function startCheck(
  { app, project }: Pick<RuleContext<SystemdTarget>, "app" | "project">,
): ShellCheck | undefined {
  const { wait_ready, health, port, schedule } = app.settings;
  const own = port === null ? null : instanceOf(app).port;
  if (schedule !== null) return undefined;
  if (health !== null && (wait_ready === "health" || isAwaited(project, app, "healthy"))) {
    return healthCheck(health, own);
  }
  return wait_ready === "port" && own !== null ? tcpCheck(own) : undefined;
}

/** Milliseconds that tsm waits in all in so many unstable restarts in a row. */
function pausesOf({ settings: { exp_backoff, restart_delay } }: ExportedApp, runs: number): number {
  if (exp_backoff === 0) return runs * restart_delay;
  let sum = 0;
  let pause = exp_backoff;
  let run = 0;
  for (; run < runs && pause < BACKOFF.maximum; run++) {
    sum += pause;
    pause *= BACKOFF.factor;
  }
  return sum + (runs - run) * BACKOFF.maximum;
}

/** Milliseconds as systemd reads them. */
function seconds(milliseconds: number): string {
  return milliseconds === 0 ? "0" : formatMilliseconds(Math.round(milliseconds));
}
