import type { HealthState } from "../../api/schemas/health.ts";
import type { HistoryEntry } from "../../db/read_history.ts";
import { turnOf } from "../../event_table.ts";
import { isCrashLoop } from "../../meta/crash_loop.ts";
import { changedSettings, type Spec } from "../../meta/spec.ts";
import { isUp } from "../../meta/status.ts";
import { uptimeOf } from "../../meta/uptime.ts";
import { formatValue } from "../../settings/table/format_value.ts";
import type { Setting } from "../../settings/table/setting.ts";
import { SETTING_KEYS, type SettingKey, SETTINGS } from "../../settings/table/settings_table.ts";
import { colorOf } from "../ls/columns.ts";
import { paint } from "../output/color.ts";
import { formatDuration } from "../output/duration.ts";
import { oneLine, printable } from "../../printable.ts";
import { formatSize } from "../output/size.ts";
import { formatTime, type TimeZone } from "../output/time.ts";
import type { Description, FileEntry } from "../../views/describe_process.ts";
import { nextSteps } from "./next_steps.ts";

/** Where a description is laid out. */
export interface DescriptionOptions {
  readonly color: boolean;
  /** Columns of the terminal; without end in a pipe. */
  readonly available: number;
  /** The zone of its times. */
  readonly zone: TimeZone;
  /** Whether policies that have their default are told as well. */
  readonly isWhole: boolean;
}

type Fact = readonly [name: string, value: string | undefined];

/** More rotated files than these are told in one line. */
const MAX_ROTATED = 4;
const ROTATED = /^(\d{4}-\d\d-\d\d)-\d+\.(out|err)(\.gz)?$/;

/**
 * Lays out everything known about a process: what it runs and where, how it is doing, why
 * it last ended, by which policy, its files, what happened, and what makes sense next.
 */
export function descriptionLines(
  description: Description,
  options: DescriptionOptions,
): string[] {
  const { color, zone } = options;
  const { meta, spec, directory, files, history, lastErrors, logProblems } = description;
  const sections = [
    [paint(meta.name, "bold", color), ...lines(doing(description, options))],
    ["Runs", ...lines(running(description))],
    spec ? policyLines(spec, options) : [],
    [`Files in ${directory}`, ...fileLines(files)],
    [
      "Trouble with logs",
      ...lines(Object.entries(logProblems).map(([stream, text]) => [`current.${stream}`, text])),
    ],
    ["Last events", ...history.map((entry) => eventLine(entry, zone))],
    ["Last error on stderr", ...lastErrors.map((line) => `  ${printable(line, color)}`)],
    ["Next", ...nextSteps(meta).map(({ command, does }) => `  ${command.padEnd(36)}  ${does}`)],
  ];
  return sections.filter((section) => section.length > 1)
    .flatMap((section, index) => index === 0 ? section : ["", ...section]);
}

function doing(
  { meta, stats, health, history }: Description,
  { color, zone }: DescriptionOptions,
): Fact[] {
  const now = Date.now() / 1000;
  const isPresent = isUp(meta.status);
  const retry = meta.retry_at === undefined
    ? ""
    : meta.status === "scheduled"
    ? `, runs in ${formatDuration(meta.retry_at - now)}, at ${formatTime(meta.retry_at, zone)}`
    : `, tries again in ${formatDuration(meta.retry_at - now)}`;
  const unstable = `${meta.unstable_restarts} unstable in a row`;
  const started = meta.start_time === null ? undefined : formatTime(meta.start_time, zone);
  const uptime = isPresent ? uptimeOf(meta) : undefined;
  return [
    ["status", `${paint(meta.status, colorOf(meta), color)}${retry}`],
    [
      isPresent ? "last exit" : "because",
      lastExit(meta.reason && oneLine(meta.reason), history, now),
    ],
    ["readiness", meta.readiness],
    ["says", meta.status_text && oneLine(meta.status_text)],
    ["id", String(meta.tsm_id)],
    ["pid", meta.pid === null ? undefined : String(meta.pid)],
    ["port", meta.port === null ? undefined : String(meta.port)],
    ["started", started],
    ["uptime", uptime === undefined ? undefined : formatDuration(uptime)],
    ["restarts", `${meta.restarts} (${unstable})${isCrashLoop(meta) ? ", a crash loop" : ""}`],
    ["health", health && healthText(health)],
    ["cpu", stats && `${stats.cpu.toFixed(1)}% of one core`],
    ["memory", stats && `${formatSize(stats.mem * 1024)} in ${count(stats.processes, "process")}`],
  ];
}

function healthText({ status, failures, reason }: HealthState): string {
  if (reason === null) return status;
  return `${status}: ${oneLine(reason)}${failures > 0 ? `, ${failures} in a row` : ""}`;
}

/** Why it ended last, and when that was. */
function lastExit(
  reason: string | undefined,
  history: readonly HistoryEntry[],
  now: number,
): string | undefined {
  if (reason === undefined) return undefined;
  const exit = history.findLast(({ event }) => turnOf(event) === "end");
  if (!exit) return reason;
  const ran = exit.uptime === undefined ? "" : ` after ${formatDuration(exit.uptime)}`;
  return `${reason} (${formatDuration(now - exit.time)} ago,${ran || " uptime unknown"})`;
}

function running({ meta, spec }: Description): Fact[] {
  return [
    ["command", meta.command],
    ["executes", spec?.argv.join(" ")],
    ["cwd", meta.cwd],
    // Of a process whose spec.json is damaged, meta.json knows some.
    ...keysToldBy("program").map((key): Fact => [
      key.replaceAll("_", " "),
      factOf(key, { ...meta, ...spec }),
    ]),
  ];
}

/** The policies that differ from the default, the default beside them; if asked for, the others too. */
function policyLines(spec: Spec, { color, available, isWhole }: DescriptionOptions): string[] {
  const changed = changedSettings(spec);
  const keys = keysToldBy("policy");
  const told = isWhole ? keys : keys.filter((key) => Object.hasOwn(changed, key));
  const others = keys.length - told.length;
  const hint = others > 0
    ? [`  ${others} more have their default; 'describe --all' shows them`]
    : [];
  const cells = told.map((key) => {
    const { type, default: standard } = SETTINGS[key];
    const isChanged = Object.hasOwn(changed, key);
    const text = `${isChanged ? "*" : " "} ${key.padEnd(21)} ${formatValue(type, spec[key])}`;
    return {
      isChanged,
      text: isChanged ? `${text} (${formatValue(type, standard)})` : text,
    };
  });
  const width = Math.max(0, ...cells.map(({ text }) => text.length)) + 2;
  // In a pipe one a line, for grep.
  const across = Number.isFinite(available) ? Math.max(1, Math.floor(available / width)) : 1;
  const rows = Math.ceil(cells.length / across);
  const laidOut = Array.from(
    { length: rows },
    (_, row) =>
      cells.filter((_, index) => index % rows === row).map(({ text, isChanged }) =>
        paint(text.padEnd(width), isChanged ? "bold" : undefined, color)
      ).join("").trimEnd(),
  );
  return ["Policy (* differs from the default)", ...laidOut, ...hint];
}

/** The settings that are told of there. */
function keysToldBy(place: "program" | "policy"): readonly SettingKey[] {
  return SETTING_KEYS.filter((key) => {
    const { describedBy = "policy" }: Setting = SETTINGS[key];
    return describedBy === place;
  });
}

function factOf(
  key: SettingKey,
  known: { readonly [K in SettingKey]?: unknown },
): string | undefined {
  const value = known[key] ?? undefined;
  return value === undefined ? undefined : formatValue(SETTINGS[key].type, value);
}

function fileLines(files: readonly FileEntry[]): string[] {
  const rotated = files.filter(({ name }) => ROTATED.test(name));
  const isMany = rotated.length > MAX_ROTATED;
  const shown = isMany ? files.filter((file) => !rotated.includes(file)) : files;
  const width = Math.max(...shown.map(({ name }) => name.length), 11);
  const told = shown.map(({ name, size }) =>
    size === null ? `  ${name}` : `  ${name.padEnd(width)}  ${formatSize(size)}`
  );
  if (!isMany) return told;
  const total = formatSize(rotated.reduce((sum, { size }) => sum + (size ?? 0), 0));
  const days = rotated.map(({ name }) => ROTATED.exec(name)![1]!).sort();
  const span = `${rotated.length} rotated logs of ${days[0]} to ${days.at(-1)}`;
  return [...told, `  ${span.padEnd(width)}  ${total}`];
}

function lines(facts: readonly Fact[]): string[] {
  return facts.filter(([, value]) => value !== undefined)
    .map(([name, value]) => `  ${name.padEnd(12)} ${value}`);
}

function eventLine(entry: HistoryEntry, zone: TimeZone): string {
  const detail = [
    entry.pid ? `pid ${entry.pid}` : undefined,
    entry.reason && oneLine(entry.reason),
    entry.uptime === undefined ? undefined : `after ${formatDuration(entry.uptime)}`,
  ].filter((part) => part !== undefined);
  return `  ${formatTime(entry.time, zone)}  ${entry.event.padEnd(8)} ${detail.join(", ")}`
    .trimEnd();
}

function count(number: number, what: string): string {
  return number === 1 ? `1 ${what}` : `${number} ${what}es`;
}
