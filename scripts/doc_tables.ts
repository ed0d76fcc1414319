/**
 * Writes the tables of `docs/` that are made from the code, between comments that name them:
 * `<!-- table: settings -->` … `<!-- end of table -->`. What stands outside of them is left alone.
 * Writes the JSON schema of `tsm.jsonc` and the description of the API, and records
 * what that promises.
 *
 *     ./scripts/deno task docs
 *
 * @module
 */
import { MESSAGES, READS } from "./api_description.ts";
import { tsmSchema } from "../src/config/tsm_file.ts";
import { ALL_RULES, type ToldRule } from "../src/export/formats/all_rules.ts";
import type { Format } from "../src/export/rule.ts";
import { PM2_COMMANDS } from "../src/pm2/pm2_commands.ts";
import { PM2_FILE_OPTIONS, PM2_OPTIONS } from "../src/pm2/pm2_options.ts";
import { formatValue } from "../src/settings/table/format_value.ts";
import { nameInFile } from "../src/settings/process_form.ts";
import type { Setting } from "../src/settings/table/setting.ts";
import { SETTING_KEYS, type SettingKey, SETTINGS } from "../src/settings/table/settings_table.ts";
import { STORED_SETTINGS } from "../src/settings/stored_settings.ts";
import { DEFINITION_SETTINGS } from "../src/settings/table/definition.ts";
import { IDENTITY_SETTINGS } from "../src/settings/table/identity.ts";
import { LIMIT_SETTINGS } from "../src/settings/table/limits.ts";
import { LOG_SETTINGS } from "../src/settings/table/logs.ts";
import { NOTIFICATION_SETTINGS } from "../src/settings/table/notifications.ts";
import { READINESS_SETTINGS } from "../src/settings/table/readiness.ts";
import { RESTART_SETTINGS } from "../src/settings/table/restart.ts";
import { partsOf } from "../src/settings/table/parts.ts";
import { DIFFERENCES } from "../tests/pm2/recorded/differences.ts";
import type { Launched } from "../tests/pm2/recorded/launched.ts";
import { formatRecord, parseRecord, RECORD, surfaceOf } from "./api_surface.ts";
import { fieldsOf, openapi, OPENAPI_FILE, queryParameters } from "./openapi.ts";
import { pm2FlagRows } from "./pm2_flag_rows.ts";
import { supervisordRows } from "./supervisord_rows.ts";
import { takes } from "../src/settings/takes.ts";
import type { Part, ValueType } from "../src/settings/table/value_type.ts";

/** The pages that have such tables. */
export const PAGES = [
  "docs/api.md",
  "docs/configuration.md",
  "docs/export.md",
  "docs/files.md",
  "docs/pm2.md",
  "docs/supervisord.md",
] as const;

const GROUPS: readonly {
  readonly title: string;
  readonly settings: Readonly<Record<string, Setting>>;
}[] = [
  { title: "Instances, names and users", settings: IDENTITY_SETTINGS },
  { title: "Restarts and stops", settings: RESTART_SETTINGS },
  { title: "Order, readiness, health and watching", settings: READINESS_SETTINGS },
  { title: "Limits", settings: LIMIT_SETTINGS },
  { title: "Logs", settings: LOG_SETTINGS },
  { title: "Who is told of events", settings: NOTIFICATION_SETTINGS },
];

const TABLES: Readonly<Record<string, () => string>> = {
  settings,
  spec,
  stored,
  pm2,
  pm2Commands,
  pm2Flags,
  pm2Differences,
  supervisord: () => table(["Section", "supervisord's option", "is", "here"], supervisordRows()),
  exportSystemd: () => exported("systemd"),
  exportCompose: () => exported("compose"),
  exportKubernetes: () => exported("kubernetes"),
  exportDockerfile: () => exported("dockerfile"),
  apiReads,
  apiParameters,
  apiActions,
};

/**
 * The text of a page, its tables made anew.
 *
 * @throws {Deno.errors.InvalidData} for a table that nothing makes, or without an end.
 */
export function withTables(text: string): string {
  const made = text.replace(
    /(<!-- table: (\w+) -->\n)[^]*?(<!-- end of table -->)/g,
    (_, begin: string, name: string, end: string) => {
      const make = TABLES[name];
      if (!make) throw new Deno.errors.InvalidData(`there is no table '${name}'`);
      return `${begin}\n${make()}\n${end}`;
    },
  );
  const begun = made.match(/<!-- table: /g)?.length ?? 0;
  if (begun !== (made.match(/<!-- end of table -->/g)?.length ?? 0)) {
    throw new Deno.errors.InvalidData("a table has no end, or an end no table");
  }
  return made;
}

/** Everything that can be said of a process, by groups. */
function settings(): string {
  const header = ["In `tsm.jsonc`", "Flag", "Takes", "Default", "Of", "Restart", "What it does"];
  const definition = Object.entries<Part>(DEFINITION_SETTINGS).map(([name, part]) =>
    row(name, part, ["app", "yes"])
  );
  const sections = GROUPS.map(({ title, settings }) => {
    const rows = Object.entries(settings).flatMap(([key, setting]) => {
      const name = nameInFile(key as SettingKey);
      if (name === null) return [];
      const about: About = [setting.of, setting.needsRestart ? "yes" : "no"];
      return [row(name, setting, about), ...partRows(name, setting, about)];
    });
    return `### ${title}\n\n${table(header, rows)}`;
  });
  return [`### What to run\n\n${table(header, definition)}`, ...sections].join("\n");
}

/** Whose it is, and whether it takes a restart. */
type About = readonly [of: string, needsRestart: string];

function row(name: string, part: Part, about: About): readonly string[] {
  const { type, default: standard, flag, help } = part;
  const isTold = standard !== undefined && standard !== null;
  return [
    `\`${name}\``,
    flag === undefined ? "" : `\`--${flag.name}\``,
    takes(type),
    isTold ? `\`${formatValue(type, standard)}\`` : "",
    ...about,
    help,
  ];
}

function partRows(name: string, { type }: Part, about: About): readonly (readonly string[])[] {
  return Object.entries(partsOf(type)).map(([key, part]) => row(`${name}.${key}`, part, about));
}

/** The fields of `spec.json`. */
function spec(): string {
  const rows = Object.entries<Setting>(SETTINGS).map(([key, { type, default: standard, help }]) => [
    `\`${key}\``,
    standard === null ? `${jsonType(type)}, null` : jsonType(type),
    `\`${JSON.stringify(standard)}\``,
    help,
  ]);
  return table(["field", "type", "default", "what it does"], [
    ["`command`", "string", "", "as the user wrote it"],
    ["`argv`", "list of strings", "", "what is executed"],
    ["`cwd`", "string", "", "working directory, absolute"],
    ...rows,
  ]);
}

/** What a value is in JSON, with its unit. */
function jsonType(type: ValueType): string {
  switch (type.kind) {
    case "switch":
      return "boolean";
    case "number":
      return "number";
    case "duration":
      return "milliseconds";
    case "size":
      return "bytes";
    case "text":
    case "path":
    case "signal":
    case "choice":
      return "string";
    case "command":
      return "list of strings";
    case "list":
      return `${type.isBareAlone ? `${jsonType(type.of)}, ` : ""}list of ${jsonType(type.of)}s`;
    case "variables":
    case "map":
    case "object":
    case "variant":
      return "object";
  }
}

/** What `tsm set` stores besides other defaults for new processes. */
function stored(): string {
  const own = STORED_SETTINGS.filter(({ key }) => !key.startsWith("default."));
  const rows = own.map(({ key, type, default: standard, help }) => [
    `\`${key}\``,
    type.kind,
    `\`${formatValue(type, standard)}\``,
    help,
  ]);
  return table(["Key", "Kind", "Default", "What it does"], rows);
}

/** The options of PM2's files, and what becomes of each. */
function pm2(): string {
  const rows = [...PM2_OPTIONS, ...PM2_FILE_OPTIONS].map(({ names, fate, becomes, inDump }) => [
    names.map((name) => `\`${name}\``).join(", "),
    fate,
    becomes,
    inDump ? `\`${inDump.key}\`` : "",
  ]);
  return table(["PM2's option", "is", "", "in its dump"], rows);
}

/** The commands of PM2's, and what becomes of each. */
function pm2Commands(): string {
  const rows = PM2_COMMANDS.map(({ names, words, becomes }) => [
    names.map((name) => `\`${name}\``).join(", "),
    words === undefined ? "none" : `\`tsm ${words.join(" ")}\``,
    becomes,
  ]);
  return table(["PM2's command", "here", ""], rows);
}

/** The flags of PM2's command line, and what becomes of each. */
function pm2Flags(): string {
  return table(["PM2's flag", "of", "here"], pm2FlagRows());
}

/** What tsm makes otherwise of the recorded files of PM2's. */
function pm2Differences(): string {
  const texts = (launched: Partial<Launched>) =>
    Object.entries(launched).map(([field, value]) => `${field} \`${value}\``).join(", ");
  const rows = DIFFERENCES.flatMap(({ reason, in: places }) =>
    Object.entries(places).flatMap(([dir, differences]) =>
      differences.map(({ pm2, tsm }) => [`\`${dir}\``, texts(pm2), texts(tsm), reason])
    )
  );
  return table(["File", "PM2", "tsm", "Why"], rows);
}

/** What becomes of the settings in a format. */
function exported(format: Format): string {
  const rows = SETTING_KEYS.flatMap((key) => {
    const name = nameInFile(key);
    return name === null ? [] : [[`\`${name}\``, ...toldRule(ALL_RULES[format][key])]];
  });
  return table(["Setting", "is", ""], rows);
}

function toldRule(rule: ToldRule): readonly [is: string, text: string] {
  if ("as" in rule) return ["carried over", rule.as];
  return "lost" in rule ? ["told", rule.lost] : ["needless", rule.moot];
}

/** What can be asked by `GET`. */
function apiReads(): string {
  const rows = READS.map(({ path, summary, events }) => [
    `\`${path}\``,
    summary,
    events === undefined ? "" : Object.keys(events).map((name) => `\`${name}\``).join(", "),
  ]);
  return table(["`GET`", "What it answers", "Events of its stream"], rows);
}

/** The parameters of each question that has some. */
function apiParameters(): string {
  const rows = READS.flatMap((read) =>
    queryParameters(read.query).map(({ name, description }) => [
      `\`${read.path}\``,
      `\`${name}\``,
      description,
    ])
  );
  return table(["`GET`", "Parameter", "What it means"], rows);
}

/** What can be asked for by `POST`. */
function apiActions(): string {
  const rows = MESSAGES.map(({ name, summary, schema }) => [
    `\`/v1/${name}\``,
    summary,
    fieldsOf(schema).map((field) => `\`${field}\``).join(", "),
  ]);
  return table(["`POST`", "What it does", "Fields of its body; `?` may be left out"], rows);
}

/** A table of Markdown, as `deno fmt` lays it out. */
function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [header, ...rows].map((row) => row.map((cell) => cell.replaceAll("|", "\\|")));
  const widths = header.map((_, column) => Math.max(3, ...cells.map((row) => row[column]!.length)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(" | ")} |\n`;
  const [first, ...rest] = cells;
  return [first!, widths.map((width) => "-".repeat(width)), ...rest].map(line).join("");
}

if (import.meta.main) {
  const schema = new URL("../src/config/tsm.schema.json", import.meta.url);
  await Deno.writeTextFile(schema, `${JSON.stringify(tsmSchema(), null, 2)}\n`);
  await Deno.writeTextFile(OPENAPI_FILE, openapi());
  const promised = parseRecord(await Deno.readTextFile(RECORD));
  await Deno.writeTextFile(RECORD, formatRecord(promised, surfaceOf(JSON.parse(openapi()))));
  for (const page of PAGES) {
    const url = new URL(`../${page}`, import.meta.url);
    const text = await Deno.readTextFile(url);
    await Deno.writeTextFile(url, withTables(text));
  }
}
