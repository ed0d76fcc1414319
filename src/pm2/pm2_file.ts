/**
 * PM2's process files: what they say, as apps of tsm.
 *
 * Format: an object with `apps`, a list of apps, or one app; see `pm2_options.ts`.
 *
 * @module
 */
import { dirname } from "@std/path/posix";
import type { App, ReadOptions } from "../settings/app.ts";
import {
  describeNode,
  type Entry,
  member,
  type Node,
  type Problem,
  valueOf,
} from "../document/node.ts";
import { validNames } from "../meta/valid_name.ts";
import { makeApp } from "./make_app.ts";
import { appNames } from "./app_names.ts";
import { Notes } from "./notes.ts";
import { staticServer } from "./static_server.ts";
import { EMPTY_APP, type Pm2App, withPart } from "./pm2_app.ts";
import {
  becomesText,
  findPm2Option,
  isUsed,
  PM2_FILE_OPTIONS,
  PM2_OPTIONS,
} from "./pm2_options.ts";
import { portFrom, variablesOf } from "./pm2_value.ts";
import { whereElseInPm2 } from "./where_paths_begin.ts";
import { chooseRunner, findTypeScriptRunners, isPlainTypeScript } from "./typescript_runner.ts";
import { Reader } from "../document/reader.ts";
import { refuseUnknownEnvironment } from "../document/refuse_environment.ts";

/** What a process file of PM2's says. */
interface Pm2File {
  readonly apps: readonly App[];
  readonly problems: readonly Problem[];
  readonly notes: readonly string[];
}

/** Makes apps of what a process file of PM2's says. */
export async function readPm2File(
  path: string,
  node: Node,
  options: ReadOptions,
): Promise<Pm2File> {
  const reader = new Reader(dirname(path), options.variables);
  const notes = new Notes();
  const read = appNodes(node, reader, notes).flatMap((item) => {
    const app = readApp(item, reader, notes);
    return app ? [{ app, node: item }] : [];
  });
  const environments = read.flatMap(({ app }) => Object.keys(app.environments));
  refuseUnknownEnvironment(reader, options.envName, [...environments, ...deployTargets(node)]);
  const shared = deployVariables(node, options.envName);
  const pm2Names = appNames(read.map(({ app }) => app)).map((name, index) => {
    const isSuffixed = read[index]!.app.appendEnvToName && options.envName;
    return isSuffixed ? `${name}-${options.envName}` : name;
  });
  const names = await validNames(pm2Names);
  const runners = read.some(({ app }) => isPlainTypeScript(app))
    ? await findTypeScriptRunners(options.variables)
    : undefined;
  const sources = read.map(({ app, node }, index) => {
    const overlay = options.envName === undefined ? {} : app.environments[options.envName] ?? {};
    const explicit = { ...shared, ...app.env, ...overlay };
    const pm2Name = pm2Names[index]!;
    const chosen = runners && isPlainTypeScript(app) ? chooseRunner(app.script!, runners) : {};
    if (chosen.problem !== undefined) reader.refuse(member(node, "script") ?? node, chosen.problem);
    if (chosen.note !== undefined) notes.add(chosen.note, pm2Name);
    const elsewhere = options.shellDir === undefined
      ? undefined
      : whereElseInPm2(app, path, options.shellDir);
    if (elsewhere?.misplaced) {
      reader.refuse(member(node, elsewhere.misplaced) ?? node, elsewhere.text);
    } else if (elsewhere) notes.add(elsewhere.text, pm2Name);
    const port = app.port ?? portFrom(explicit);
    return { app, node, explicit, port, pm2Name, name: names[index]!, runner: chosen.interpreter };
  });
  const apps = sources.flatMap((source) => {
    if (source.app.autostart === false) {
      notes.add("autostart is false; left out", source.pm2Name);
      return [];
    }
    const sharing = sources.filter(({ port }) => port !== undefined && port === source.port);
    const isAlone = sharing.length === 1;
    const { variables } = options;
    return [makeApp(source, { dir: reader.dir, notes, isAlone, variables })];
  });
  if (apps.length === 0 && reader.problems.length === 0) reader.refuse(node, "it lists no app");
  return { apps, problems: reader.problems, notes: notes.lines() };
}

function appNodes(node: Node, reader: Reader, notes: Notes): readonly Node[] {
  if (node.kind === "array") return node.items;
  if (node.kind !== "object") {
    reader.refuse(node, `expected an object with 'apps', found ${describeNode(node)}`);
    return [];
  }
  // A package.json has them under "pm2": a list, one app, or an object with "apps" again.
  const own = member(node, "pm2");
  const apps = member(node, "apps") ?? (own && (member(own, "apps") ?? own));
  const isApp = member(node, "script") !== undefined || member(node, "cmd") !== undefined;
  for (const { key, keySpan, value } of node.entries) {
    const option = PM2_FILE_OPTIONS.find(({ names }) => names.includes(key));
    if (option?.fate === "refused") {
      reader.refuseKey(value.path, keySpan, `'${key}' is refused: ${option.becomes}`);
    } else if (option?.fate === "ignored") {
      notes.add(`${key}: ${becomesText(option)}`);
    }
  }
  if (apps?.kind === "array") return apps.items;
  if (apps?.kind === "object") return [apps];
  if (apps === undefined && isApp) return [node];
  if (apps !== undefined) reader.refuse(apps, `expected a list of apps`);
  else if (reader.problems.length === 0) reader.refuse(node, "expected an object with 'apps'");
  return [];
}

/** Each one copies those before it. */
const MAX_ENVIRONMENTS = 100;

function readApp(node: Node, reader: Reader, notes: Notes): Pm2App | undefined {
  if (node.kind !== "object") {
    reader.refuse(node, `expected an app, found ${describeNode(node)}`);
    return undefined;
  }
  const told: string[] = [];
  let app = EMPTY_APP;
  for (const entry of node.entries) app = withOption(app, entry, reader, told);
  const name = app.name ?? app.script ?? node.path;
  for (const note of told) notes.add(note, name);
  const server = staticServer(app, reader.dir);
  if (server !== undefined) {
    reader.refuse(
      member(node, "script") ?? node,
      "'serve' is PM2's own file server, which is not part of tsm; write, for instance, " +
        `script: ${JSON.stringify(server)}`,
    );
  }
  if (app.script !== undefined) return app;
  const isThere = node.entries.some(({ key }) => findPm2Option(key)?.names[0] === "script");
  const place = node.span && { ...node.span, length: 1 };
  if (!isThere) {
    reader.refuseKey(node.path, place, "'script' is missing: what the app runs");
  }
  return undefined;
}

/** The app, with what one of its options says of it. */
function withOption(app: Pm2App, entry: Entry, reader: Reader, notes: string[]): Pm2App {
  const { key, keySpan, value: node } = entry;
  const value = valueOf(node);
  // An empty text is no value to PM2.
  if (value === "") return app;
  if (/^env_?file$/i.test(key)) {
    notes.push(
      `PM2 has no option ${JSON.stringify(key)}, and passes over it: node reads such a file by ` +
        "node_args: '--env-file=.env', tsm by the env_file of a tsm.jsonc",
    );
    return app;
  }
  const environment = /^env_(\S+)$/.exec(key)?.[1];
  if (environment !== undefined) {
    if (Object.keys(app.environments).length >= MAX_ENVIRONMENTS) {
      reader.refuse(node, `an app may have ${MAX_ENVIRONMENTS} environments, and this is one more`);
      return app;
    }
    const variables = variablesOf(value);
    if (variables) {
      return { ...app, environments: { ...app.environments, [environment]: variables } };
    }
    reader.refuse(node, `expected an object of variables, found ${describeNode(node)}`);
    return app;
  }
  const option = findPm2Option(key);
  if (!option) {
    const meant = reader.meant(key, PM2_OPTIONS.flatMap(({ names }) => names));
    const hint = meant ? `; did you mean '${meant}'?` : "";
    notes.push(`PM2 has no option ${JSON.stringify(key)}, and passes over it${hint}`);
    return app;
  }
  if (option.take && value !== undefined && value !== null) {
    const part = option.take(value);
    if (typeof part !== "string") return withPart(app, part);
    reader.refuse(node, `'${key}' takes ${part}, found ${describeNode(node)}`);
  } else if (option.fate !== "mapped" && isUsed(option, value)) {
    if (option.fate === "ignored") {
      notes.push(option.told ?? `${key} is ignored: ${becomesText(option)}`);
    } else reader.refuseKey(node.path, keySpan, `'${key}' is refused: ${option.becomes}`);
  }
  return app;
}

/** The variables that PM2 takes from `deploy.NAME.env`, below all others. */
function deployVariables(node: Node, envName: string | undefined): Record<string, string> {
  const deploy = member(node, "deploy");
  const target = deploy && envName !== undefined ? member(deploy, envName) : undefined;
  const env = target && member(target, "env");
  return (env && variablesOf(valueOf(env))) ?? {};
}

/** The targets whose variables `--env-name` may ask for. */
function deployTargets(node: Node): readonly string[] {
  const deploy = member(node, "deploy");
  const targets = deploy?.kind === "object" ? deploy.entries : [];
  return targets.filter(({ value }) => member(value, "env")).map(({ key }) => key);
}
