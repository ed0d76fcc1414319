/**
 * PM2's process files: what they say, as apps of tsm.
 *
 * Format: an object with `apps`, a list of apps, or one app; see `pm2_options.ts`.
 *
 * @module
 */
import { basename, dirname, extname, resolve } from "@std/path";
import { isFile } from "../files/path_info.ts";
import { validName } from "../meta/valid_name.ts";
import { nearest } from "../nearest.ts";
import { joinWords } from "../process/shell_words.ts";
import type { App, ReadOptions } from "../settings/app.ts";
import {
  describeNode,
  type Entry,
  member,
  type Node,
  type Problem,
  valueOf,
} from "../document/node.ts";
import { EMPTY_APP, type Pm2App, settingsOf, withPart } from "./pm2_app.ts";
import {
  becomesText,
  findPm2Option,
  isUsed,
  PM2_FILE_OPTIONS,
  PM2_OPTIONS,
} from "./pm2_options.ts";
import { portFrom, variablesOf } from "./pm2_value.ts";
import { Reader } from "../document/reader.ts";
import { refuseUnknownEnvironment } from "../document/refuse_environment.ts";

/** Makes apps of what a process file of PM2's says. */
export function readPm2File(path: string, node: Node, options: ReadOptions): {
  readonly apps: readonly App[];
  readonly problems: readonly Problem[];
  readonly notes: readonly string[];
} {
  const reader = new Reader(dirname(path), options.variables);
  const notes: string[] = [];
  const read = appNodes(node, reader, notes).flatMap((item) => {
    const app = readApp(item, reader, notes);
    return app ? [{ app, node: item }] : [];
  });
  const environments = read.flatMap(({ app }) => Object.keys(app.environments));
  refuseUnknownEnvironment(reader, options.envName, environments);
  const shared = deployVariables(node, options.envName);
  const sources = read.map(({ app, node }) => {
    const overlay = options.envName === undefined ? {} : app.environments[options.envName] ?? {};
    const explicit = { ...shared, ...app.env, ...overlay };
    return { app, node, explicit, port: app.port ?? portFrom(explicit) };
  });
  const apps = sources.flatMap((source) => {
    if (source.app.autostart === false) {
      notes.push(`${source.app.name ?? source.app.script}: autostart is false; left out`);
      return [];
    }
    const sharing = sources.filter(({ port }) => port !== undefined && port === source.port);
    return [makeApp(source, { reader, notes, isAlone: sharing.length === 1, options })];
  });
  if (apps.length === 0 && reader.problems.length === 0) reader.refuse(node, "it lists no app");
  return { apps, problems: reader.problems, notes };
}

function appNodes(node: Node, reader: Reader, notes: string[]): readonly Node[] {
  if (node.kind === "array") return node.items;
  if (node.kind !== "object") {
    reader.refuse(node, `expected an object with 'apps', found ${describeNode(node)}`);
    return [];
  }
  const apps = member(node, "apps");
  const isApp = member(node, "script") !== undefined || member(node, "cmd") !== undefined;
  for (const { key, keySpan, value } of node.entries) {
    const option = PM2_FILE_OPTIONS.find(({ names }) => names.includes(key));
    if (option?.fate === "refused") {
      reader.refuseKey(value.path, keySpan, `'${key}' is refused: ${option.becomes}`);
    } else if (option?.fate === "ignored") {
      notes.push(`${key}: ${becomesText(option)}`);
    }
  }
  if (apps?.kind === "array") return apps.items;
  if (apps?.kind === "object") return [apps];
  if (apps === undefined && isApp) return [node];
  if (apps !== undefined) reader.refuse(apps, `expected a list of apps`);
  else if (reader.problems.length === 0) reader.refuse(node, "expected an object with 'apps'");
  return [];
}

function readApp(node: Node, reader: Reader, notes: string[]): Pm2App | undefined {
  if (node.kind !== "object") {
    reader.refuse(node, `expected an app, found ${describeNode(node)}`);
    return undefined;
  }
  const told: string[] = [];
  let app = EMPTY_APP;
  for (const entry of node.entries) app = withOption(app, entry, reader, told);
  const name = app.name ?? app.script ?? node.path;
  notes.push(...told.map((note) => `${name}: ${note}`));
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
  const environment = /^env_(\S+)$/.exec(key)?.[1];
  if (environment !== undefined) {
    const variables = variablesOf(value);
    if (variables) {
      return { ...app, environments: { ...app.environments, [environment]: variables } };
    }
    reader.refuse(node, `expected an object of variables, found ${describeNode(node)}`);
    return app;
  }
  const option = findPm2Option(key);
  if (!option) {
    const meant = nearest(key, PM2_OPTIONS.flatMap(({ names }) => names));
    const hint = meant ? `; did you mean '${meant}'?` : "";
    notes.push(`PM2 has no option ${JSON.stringify(key)}, and passes over it${hint}`);
    return app;
  }
  if (option.take && value !== undefined && value !== null) {
    const part = option.take(value);
    if (typeof part !== "string") return withPart(app, part);
    reader.refuse(node, `'${key}' takes ${part}, found ${describeNode(node)}`);
  } else if (option.fate !== "mapped" && isUsed(option, value)) {
    if (option.fate === "ignored") notes.push(`${key} is ignored: ${becomesText(option)}`);
    else reader.refuseKey(node.path, keySpan, `'${key}' is refused: ${option.becomes}`);
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

interface Source {
  readonly app: Pm2App;
  readonly node: Node;
  readonly explicit: Record<string, string>;
  readonly port: number | undefined;
}

/** The shell that PM2 gives a script with blanks to. */
const PM2_SHELL = "/bin/bash";

function makeApp(
  { app, node, explicit, port }: Source,
  { reader, notes, isAlone, options }: {
    reader: Reader;
    notes: string[];
    isAlone: boolean;
    options: ReadOptions;
  },
): App {
  const isLine = app.script!.includes(" ");
  const suffix = app.appendEnvToName && options.envName ? `-${options.envName}` : "";
  const given = app.name ?? nameOf(app.script!);
  const name = validName(given + suffix);
  if (name !== given + suffix) notes.push(`${given}: is called '${name}' here`);
  const cwd = resolve(reader.dir, app.cwd ?? "");
  const wanted = instancesOf(app);
  const countsPort = app.incrementVar === "PORT" && port !== undefined;
  const ownPort = isAlone && (wanted === 1 || countsPort) ? port : undefined;
  const sharesPort = wanted > 1 && port !== undefined && !countsPort;
  const instances = sharesPort && app.cluster !== false ? 1 : wanted;
  if (sharesPort) {
    notes.push(
      instances === 1
        ? `${name}: its ${wanted} workers share port ${port}; tsm starts one process ` +
          "(increment_var: 'PORT' gives each a port of its own)"
        : `${name}: its ${wanted} instances all get PORT=${port}`,
    );
  } else if (app.cluster && wanted > 1) {
    notes.push(`${name}: cluster mode becomes ${wanted} ordinary processes`);
  }
  const keepsPort = instances === 1 && isAlone ? port : ownPort;
  const { PORT: _, ...withoutPort } = explicit;
  return {
    name,
    words: [app.script!, ...isLine ? [] : app.args ?? []],
    cwd,
    ...interpreterOf(app),
    ...keepsPort === undefined ? {} : { port: keepsPort },
    instances,
    increment: 1,
    explicit: keepsPort === undefined ? explicit : withoutPort,
    counters: countersOf(app, { explicit, instances, countsPort }),
    settings: {
      ...settingsOf(
        app,
        { cwd, hasPort: keepsPort !== undefined },
        (note) => notes.push(`${name}: ${note}`),
      ),
      // PM2 runs a command line by bash; where there is none, it could not have run it either.
      ...isLine && isFile(PM2_SHELL) ? { shell: PM2_SHELL } : {},
    },
    node,
  };
}

function nameOf(script: string): string {
  const file = basename(script.trim().split(/\s+/)[0] ?? "");
  return /^\.(js|mjs|cjs|ts|py|rb|sh|php|pl)$/.test(extname(file))
    ? file.slice(0, -extname(file).length)
    : file;
}

function instancesOf({ instances = 1 }: Pm2App): number {
  return instances > 0 ? instances : Math.max(1, navigator.hardwareConcurrency + instances);
}

function interpreterOf(app: Pm2App): { interpreter?: string } {
  const words = app.interpreterArgs ?? [];
  if (app.interpreter === "none" || app.interpreter !== undefined && words.length === 0) {
    return { interpreter: app.interpreter };
  }
  return words.length === 0
    ? {}
    : { interpreter: joinWords([app.interpreter ?? "node", ...words]) };
}

function countersOf(
  app: Pm2App,
  { explicit, instances, countsPort }: {
    explicit: Readonly<Record<string, string>>;
    instances: number;
    countsPort: boolean;
  },
): Record<string, number> {
  const counters: Record<string, number> = {};
  if (instances > 1 || app.instanceVar) counters[app.instanceVar ?? "NODE_APP_INSTANCE"] = 0;
  const first = Number(explicit[app.incrementVar ?? ""] ?? "0");
  if (app.incrementVar && !countsPort) {
    counters[app.incrementVar] = Number.isSafeInteger(first) ? first : 0;
  }
  return counters;
}
