/**
 * Units of systemd: a service for each app, a template where it has instances, a timer for what
 * has a schedule, a target for each namespace.
 *
 * Format: systemd.unit(5), systemd.service(5), systemd.exec(5), systemd.timer(5).
 *
 * @module
 */
import { isThere } from "../../files/path_info.ts";
import { oneLine } from "../../printable.ts";
import { execWord, quoted, specifiers } from "../../startup/unit_text.ts";
import { readCronTimes } from "../cron_times.ts";
import type { ExportedApp } from "../exported_app.ts";
import { checkNames, type Exported, type ExportedFile } from "../exported_files.ts";
import { onCalendar } from "./on_calendar.ts";
import { isAwaited, type Project } from "../project.ts";
import { applyRules, type Loss, lossText } from "../rule.ts";
import { ownVariablesIn } from "../shell_checks.ts";
import { instanceOf, isIdentifier, unitFile, unitNames } from "./systemd_names.ts";
import { SYSTEMD_RULES, type SystemdTarget, type UnitPiece } from "./systemd_rules.ts";

/**
 * Writes the units of a project.
 *
 * @throws {Deno.errors.InvalidData} if two units would have one name.
 */
export function exportSystemd(project: Project, target: SystemdTarget): Exported {
  const made = project.apps.map((app) => unitsOf(app, project, target));
  const namespaces = new Set(project.apps.map(({ settings }) => settings.namespace));
  const targets = [...namespaces].map((namespace) => targetFile(namespace, project));
  const files = [...made.flatMap(({ files }) => files), ...targets];
  checkNames(files);
  return {
    files,
    losses: made.flatMap(({ losses }) => losses),
    notes: [
      "a service gets only the variables that stand in its unit and its env files, not those of " +
      "a shell",
    ],
    next: "sudo cp DIR/* /etc/systemd/system/ && sudo systemctl daemon-reload && " +
      `sudo systemctl enable --now ${targets.map(({ name }) => name).join(" ")}`,
  };
}

interface Units {
  readonly files: readonly ExportedFile[];
  readonly losses: readonly Loss[];
}

function unitsOf(app: ExportedApp, project: Project, target: SystemdTarget): Units {
  const { pieces, losses } = applyRules(SYSTEMD_RULES, { app, project, about: target });
  const { schedule, cron_restart } = app.settings;
  const timers = [
    ...schedule === null ? [] : timerFiles(app, `${app.name}.timer`, "schedule", schedule),
    ...cron_restart === null ? [] : restartFiles(app, cron_restart),
  ];
  const lost = [
    ...losses,
    ...frameLosses(app),
    ...timers.flatMap((made) => "why" in made ? [made] : []),
  ];
  return {
    files: [
      { name: unitFile(app), text: serviceText(app, project, { pieces, lost }) },
      ...timers.flatMap((made) => "why" in made ? [] : [made]),
    ],
    losses: lost,
  };
}

/** What the lines that every unit has cannot say of an app. */
function frameLosses(app: ExportedApp): readonly Loss[] {
  const { name, argv, program, cwd, secrets, variables } = app;
  const lose = (what: string, why: string): Loss => ({ app: name, what, why });
  return [
    ...program === undefined
      ? [lose("command", `'${oneLine(argv[0] ?? "")}' is not on the PATH here: write its path`)]
      : [],
    ...hasUnit(unitFile(app))
      ? [lose("name", "this machine has a unit of this name, whose place it would take")]
      : [],
    ...isPathForUnit(cwd) ? [] : [lose("cwd", "its path cannot stand in a unit")],
    ...secrets.map((secret) =>
      lose("env", `${oneLine(secret)} may be a secret, so its value is left out`)
    ),
    ...Object.keys(variables).filter((key) => !isIdentifier(key)).map((key) =>
      lose("env", `'${oneLine(key)}' is no name of a variable for systemd`)
    ),
    ...ownVariablesIn(app).map((own) => lose(own, "nobody sets it where tsm does not run")),
  ];
}

function serviceText(
  app: ExportedApp,
  project: Project,
  { pieces, lost }: { readonly pieces: readonly UnitPiece[]; readonly lost: readonly Loss[] },
): string {
  const { name, cwd, secrets, settings: { schedule, namespace } } = app;
  const isOneShot = isAwaited(project, app, "exited");
  const linesOf = (section: UnitPiece["section"]) =>
    pieces.filter((piece) => piece.section === section).flatMap(({ lines }) => lines);
  const target = targetName(namespace);
  return text([
    comment(`${name}: made by 'tsm export systemd'.`),
    ...lost.map((loss) => comment(`Not carried over: ${lossText(loss)}.`)),
    "",
    "[Unit]",
    `Description=${specifiers(name)}`,
    // A job is no part of what the target starts and stops: its timer is.
    ...schedule === null ? [`PartOf=${target}`] : [],
    ...linesOf("Unit"),
    "",
    "[Service]",
    ...typeLines(app, isOneShot),
    ...isPathForUnit(cwd) ? [`WorkingDirectory=${specifiers(cwd)}`] : [],
    ...environmentLines(app),
    ...secrets.length === 0 ? [] : [
      comment(`Put ${secrets.map(oneLine).join(", ")} there, mode 0600, owner root:`),
      `EnvironmentFile=-/etc/${name}.secrets`,
    ],
    ...linesOf("Service"),
    `ExecStart=${execStart(app)}`,
    "",
    ...HARDENING,
  ]);
}

/** What one can take from a service, as comments: whether it needs it only its author knows. */
const HARDENING: readonly string[] = [
  "# Hardening. Take the '#' away, line by line, and see whether it still runs:",
  "# No program with the setuid bit gives it more rights than its user has.",
  "#NoNewPrivileges=yes",
  "# It sees no other program's temporary files.",
  "#PrivateTmp=yes",
  "# It cannot write below /usr, /boot and /etc.",
  "#ProtectSystem=full",
  "# It sees no devices but /dev/null and its like.",
  "#PrivateDevices=yes",
  "# It cannot change the kernel's settings, modules, logs and control groups.",
  "#ProtectKernelTunables=yes",
  "#ProtectKernelModules=yes",
  "#ProtectKernelLogs=yes",
  "#ProtectControlGroups=yes",
  "# It cannot make files that give rights to whoever runs them.",
  "#RestrictSUIDSGID=yes",
  "# No system calls of other architectures, which attacks hide in.",
  "#SystemCallArchitectures=native",
];

function typeLines(app: ExportedApp, isOneShot: boolean): readonly string[] {
  const { schedule, wait_ready, watchdog } = app.settings;
  // Whoever waits for what has to have 'exited' waits for the end of a oneshot.
  if (isOneShot) return ["Type=oneshot", "RemainAfterExit=yes"];
  if (schedule !== null) return ["Type=oneshot"];
  // Not only its first process may say so, as with tsm.
  const access = wait_ready === "notify" || watchdog > 0 ? ["NotifyAccess=all"] : [];
  return [wait_ready === "notify" ? "Type=notify" : "Type=exec", ...access];
}

function environmentLines(app: ExportedApp): readonly string[] {
  const { variables, settings: { port, instances } } = app;
  const isCounted = instanceOf(app).port !== port;
  const set = (name: string, value: string) => `Environment=${quoted(`${name}=${value}`)}`;
  return [
    ...Object.entries(variables).filter(([name]) => isIdentifier(name))
      .map(([name, value]) => set(name, value)),
    ...port === null || isCounted ? [] : [`Environment=PORT=${port}`],
    ...instances === 1 ? [] : ["Environment=TSM_INSTANCE=%i"],
  ];
}

function execStart(app: ExportedApp): string {
  const { argv: [first = "", ...others], program = first } = app;
  const { counting } = instanceOf(app);
  const words = [program, ...others];
  const counted = ["/bin/sh", "-c", `${counting}exec "$0" "$@"`, ...words];
  return (counting === "" ? words : counted).map(execWord).join(" ");
}

/** A timer, or why there is none. */
function timerFiles(
  app: ExportedApp,
  name: string,
  what: "schedule" | "cron_restart",
  pattern: string,
): readonly (ExportedFile | Loss)[] {
  const { timezone, namespace } = app.settings;
  const times = readCronTimes(pattern);
  if (times === undefined) {
    const why = `'${oneLine(pattern)}' cannot be said by OnCalendar=: write a timer by hand`;
    return [{ app: app.name, what, why }];
  }
  const target = targetName(namespace);
  return [{
    name,
    text: text([
      comment(`${app.name}: ${what} '${pattern}'.`),
      "[Unit]",
      `Description=${specifiers(name)}`,
      `PartOf=${target}`,
      "",
      "[Timer]",
      ...onCalendar(times, timezone).map((value) => `OnCalendar=${value}`),
      // systemd's own would be up to a minute late.
      "AccuracySec=1s",
    ]),
  }];
}

/** A timer and the service that it starts, which restarts an app. */
function restartFiles(app: ExportedApp, pattern: string): readonly (ExportedFile | Loss)[] {
  const name = `${app.name}-restart`;
  const timer = timerFiles(app, `${name}.timer`, "cron_restart", pattern);
  if (timer.some((made) => "why" in made)) return timer;
  const units = unitNames(app).map(execWord).join(" ");
  return [...timer, {
    name: `${name}.service`,
    text: text([
      comment(`${app.name}: cron_restart '${pattern}'.`),
      "[Unit]",
      `Description=${specifiers(name)}`,
      "",
      "[Service]",
      "Type=oneshot",
      "# What does not run is not started.",
      `ExecStart=/bin/systemctl try-restart ${units}`,
    ]),
  }];
}

function targetName(namespace: string): string {
  return `tsm-${namespace}.target`;
}

function targetFile(namespace: string, project: Project): ExportedFile {
  const apps = project.apps.filter(({ settings }) => settings.namespace === namespace);
  const units = apps.flatMap((app) => {
    const { name, settings } = app;
    const { schedule, cron_restart } = settings;
    return [
      // A template cannot be enabled without saying which instances there are: the target does.
      ...schedule === null ? unitNames(app) : [],
      ...schedule !== null && readCronTimes(schedule) ? [`${name}.timer`] : [],
      ...cron_restart !== null && readCronTimes(cron_restart) ? [`${name}-restart.timer`] : [],
    ];
  });
  return {
    name: targetName(namespace),
    text: text([
      comment(`The processes of the namespace '${namespace}'.`),
      "[Unit]",
      `Description=${specifiers(namespace)}`,
      ...units.map((unit) => `Wants=${unit}`),
      "",
      "[Install]",
      "WantedBy=multi-user.target",
    ]),
  };
}

/** Whether the system itself has a unit of this name: one in /etc/systemd/system goes before it. */
function hasUnit(name: string): boolean {
  return ["/usr/lib/systemd/system", "/lib/systemd/system"].some((dir) =>
    isThere(`${dir}/${name}`)
  );
}

/** Whether a path can be the value of a setting that takes it as it stands. */
function isPathForUnit(path: string): boolean {
  return !/\p{Cc}|\\$|\s$/u.test(path);
}

/** A line of a comment: what would end it, or go on in the next line, is taken away. */
function comment(line: string): string {
  return `# ${oneLine(line).replace(/\\+$/, "")}`;
}

function text(lines: readonly string[]): string {
  return `${lines.join("\n")}\n`;
}
