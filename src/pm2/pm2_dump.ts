/**
 * What PM2 saved, as commands that tsm can start.
 *
 * Format: `dump.pm2` of PM2 5 to 7, a JSON array of one `pm2_env` an instance.
 *
 * @module
 */
import * as v from "valibot";
import { messageOf } from "../errors.ts";
import type { SpecSettings } from "../settings/table/settings_table.ts";
import { validNames } from "../meta/valid_name.ts";
import { type Environment, withoutSessionNoise } from "../program/environment.ts";
import { joinWords } from "../program/shell_words.ts";
import { INSTANCE_VARIABLE } from "../program/environment.ts";
import { EMPTY_APP, type Pm2App, settingsOf, withPart } from "./pm2_app.ts";
import { becomesText, PM2_OPTIONS } from "./pm2_options.ts";
import { linksOf } from "./links_of.ts";
import { numberOf, portFrom, wordsOf } from "./pm2_value.ts";

/** One process that PM2 ran. */
export interface ImportedProcess {
  readonly name: string;
  /** The program or script and its arguments. */
  readonly words: readonly string[];
  readonly interpreter: string;
  readonly cwd: string;
  /** Its whole environment, without PM2's own variables. */
  readonly environment: Environment;
  readonly port: number | null;
  readonly settings: Partial<SpecSettings>;
  /** What of it cannot be carried over, a sentence each. */
  readonly notes: readonly string[];
}

/** What a dump holds. */
export interface Pm2Dump {
  readonly processes: readonly ImportedProcess[];
  /** Names of those that did not run when PM2 saved them; they are left out. */
  readonly stopped: readonly string[];
  /** Entries that do not make sense. */
  readonly damaged: readonly { readonly name: string; readonly reason: string }[];
}

/** The part of a `pm2_env` that is always there. */
const entrySchema = v.looseObject({
  name: v.pipe(v.unknown(), v.transform(String)),
  pm_exec_path: v.pipe(v.string(), v.startsWith("/", "not an absolute path")),
  pm_cwd: v.pipe(v.string(), v.startsWith("/", "not an absolute path")),
  exec_interpreter: v.optional(v.string(), "node"),
  exec_mode: v.optional(v.string(), "fork_mode"),
  args: v.optional(v.union([v.array(v.unknown()), v.string(), v.null()]), null),
  node_args: v.optional(v.union([v.array(v.unknown()), v.string(), v.null()]), null),
  env: v.optional(v.record(v.string(), v.unknown()), {}),
  status: v.optional(v.string(), "online"),
});

type Entry = v.InferOutput<typeof entrySchema>;

/**
 * Reads the text of a `dump.pm2`.
 *
 * @throws {Deno.errors.InvalidData} if it is none.
 */
export async function parsePm2Dump(text: string): Promise<Pm2Dump> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Deno.errors.InvalidData(`not JSON: ${messageOf(error)}`);
  }
  if (!Array.isArray(value)) throw new Deno.errors.InvalidData("no list of processes");
  const stopped: string[] = [];
  const damaged: { name: string; reason: string }[] = [];
  const groups = new Map<string, Entry[]>();
  for (const [index, item] of value.entries()) {
    const result = v.safeParse(entrySchema, item);
    if (!result.success) {
      const { message, path } = result.issues[0];
      const key = path?.map(({ key }) => String(key)).join(".") ?? "entry";
      damaged.push({ name: nameOf(item, index), reason: `${key}: ${message}` });
    } else if (result.output.status === "stopped") {
      stopped.push(result.output.name);
    } else {
      const { name } = result.output;
      groups.set(name, [...groups.get(name) ?? [], result.output]);
    }
  }
  const ports = countPorts([...groups.values()].map(withoutWorkers).flat());
  const names = await validNames([...groups.keys()]);
  const processes = [...groups.values()].flatMap((group, groupIndex) =>
    withoutWorkers(group).map((entry, index, entries) => {
      const instance = entries.length > 1 ? index : undefined;
      return importEntry(entry, { valid: names[groupIndex]!, group, instance, ports });
    })
  );
  return { processes, stopped, damaged };
}

/** The instances of an app; the workers of a cluster are one process, of which there are several. */
function withoutWorkers(group: readonly Entry[]): readonly Entry[] {
  return isCluster(group[0]!) ? group.slice(0, 1) : group;
}

function isCluster({ exec_mode }: Entry): boolean {
  return exec_mode.startsWith("cluster");
}

/** Whether its workers have one port; a single one of bun may not share it with its next run. */
function sharesPort(entry: Entry, { length }: readonly Entry[]): boolean {
  const mayShare = length > 1 || !/bun$/.test(entry.exec_interpreter);
  return isCluster(entry) && entry.increment_var !== "PORT" && mayShare;
}

interface Place {
  /** What its app is called here. */
  readonly valid: string;
  readonly group: readonly Entry[];
  /** Set if it is one of several. */
  readonly instance: number | undefined;
  /** How many processes have each `PORT`. */
  readonly ports: ReadonlyMap<number, number>;
}

function importEntry(entry: Entry, { valid, group, instance, ports }: Place): ImportedProcess {
  const notes: string[] = [];
  if (isCluster(entry)) {
    notes.push(
      group.length > 1
        ? `cluster mode: ${group.length} workers become processes that share a port`
        : "cluster mode: it runs as an ordinary process",
    );
  }
  const own = portOf(entry, withoutWorkers(group), ports);
  // One that has a port gets that behind its name.
  const name = instance === undefined || own !== null ? valid : `${valid}-${instance}`;
  if (instance !== undefined) notes.push("one of several instances: it gets TSM_INSTANCE");
  if (!name.startsWith(entry.name)) notes.push(`called '${entry.name}' in PM2`);
  const environment = importEnvironment(entry);
  const app = importOptions(entry, notes);
  const settings = settingsOf(
    app,
    { cwd: entry.pm_cwd, hasPort: own !== null, runner: entry.exec_interpreter },
    (note) => notes.push(note),
  );
  const { exec_interpreter, node_args } = entry;
  const interpreter = exec_interpreter === "none"
    ? "none"
    : joinWords([exec_interpreter, ...words(node_args)]);
  return {
    name,
    words: [entry.pm_exec_path, ...words(entry.args)],
    interpreter,
    cwd: entry.pm_cwd,
    environment,
    port: own,
    settings: {
      ...settings,
      ...linksOf(
        app,
        { cwd: entry.pm_cwd, home: environment["HOME"], instances: 1 },
        (note) => notes.push(note),
      ),
      counters: countersOf(entry, instance ?? 0),
      ...sharesPort(entry, group) ? { share_port: true } : {},
      ...isCluster(entry) && group.length > 1 ? { app: valid, instances: group.length } : {},
      // As a file has it: 'tsm scale' finds the others by the name of their app.
      ...instance === undefined ? {} : { app: valid, instance },
    },
    notes,
  };
}

/**
 * The port of an entry. A `PORT` that several have comes from the shell they were started in, or is
 * counted from the same number: it is no port of any of them, nor of their other instances.
 */
function portOf(
  entry: Entry,
  instances: readonly Entry[],
  ports: Place["ports"],
): number | null {
  const isOwn = instances.every((one) => ports.get(portFrom(importEnvironment(one)) ?? 0) === 1);
  return isOwn ? portFrom(importEnvironment(entry)) ?? null : null;
}

/**
 * The variables that count the instances, each with its value in the first: PM2 sets the one with
 * the number for one alone too.
 */
function countersOf({ instance_var, increment_var, env }: Entry, instance: number): Environment {
  const isName = (value: unknown) => typeof value === "string" && value !== "";
  const counters = { [isName(instance_var) ? String(instance_var) : INSTANCE_VARIABLE]: "0" };
  const present = isName(increment_var) ? numberOf(env[String(increment_var)]) : undefined;
  if (present !== undefined) counters[String(increment_var)] = String(present - instance);
  return counters;
}

function words(args: Entry["args"]): readonly string[] {
  return wordsOf(args) ?? [];
}

// PM2 also stores each app's own options as a variable of the app's name.
const PM2_VARIABLE =
  /^(PM2_.*|pm_.*|axm_.*|unique_id|km_link|vizion|vizion_running|exec_mode|exec_interpreter|NODE_APP_INSTANCE)$/;

function importEnvironment({ env, name }: Entry): Environment {
  const kept: Record<string, string> = {};
  for (const [key, value] of Object.entries(env)) {
    const isData = typeof value === "string" || typeof value === "number" ||
      typeof value === "boolean";
    const isOptions = key === name && (!isData || value === "{}");
    if (isData && !isOptions && !PM2_VARIABLE.test(key)) kept[key] = String(value);
  }
  return withoutSessionNoise(kept);
}

function countPorts(entries: readonly Entry[]): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const entry of entries) {
    const port = portFrom(importEnvironment(entry));
    if (port !== undefined) counts.set(port, (counts.get(port) ?? 0) + 1);
  }
  return counts;
}

/** What a process file of these options would say, and what of them is lost. */
function importOptions(entry: Entry, notes: string[]): Pm2App {
  let app = EMPTY_APP;
  for (const option of PM2_OPTIONS) {
    const { inDump, take, names: [name] } = option;
    const value = inDump && entry[inDump.key];
    if (value === undefined || value === null || value === "" || !inDump!.isUsed(value)) continue;
    const part = take?.(value);
    if (part === undefined) notes.push(`${name}: ${becomesText(option)}`);
    else if (typeof part !== "string") app = withPart(app, part);
    else notes.push(`${name} ${JSON.stringify(value)} cannot be carried over: it takes ${part}`);
  }
  return app;
}

function nameOf(item: unknown, index: number): string {
  const name = (item as { name?: unknown } | null)?.name;
  return typeof name === "string" ? name : `entry ${index + 1}`;
}
