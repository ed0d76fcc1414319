/**
 * `tsm.jsonc`: the processes of a repository.
 *
 * Format: JSON with comments and trailing commas; see `tsm schema`.
 *
 * @module
 */
import { dirname, resolve } from "@std/path/posix";
import { NAME_RULE } from "../root.ts";
import type { App, ReadOptions } from "../settings/app.ts";
import { commandForm } from "../settings/definition_form.ts";
import {
  type Form,
  isText,
  type JsonSchema,
  meansKey,
  type Member,
  objectOf,
} from "../document/form.ts";
import { text } from "../document/scalar_forms.ts";
import type { Node, Problem } from "../document/node.ts";
import {
  nameInFile,
  PROCESS_MEMBERS,
  processForm,
  type ProcessSettings,
} from "../settings/process_form.ts";
import {
  isApart,
  SETTING_KEYS,
  type SpecSettings,
  type WatchedFiles,
} from "../settings/table/settings_table.ts";
import { Reader } from "../document/reader.ts";
import { refuseUnknownEnvironment } from "../document/refuse_environment.ts";

const NAME = /^(?!all$)(?![0-9]+$)[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

// What belongs to one process alone.
const { command: _command, port: _port, ...DEFAULT_MEMBERS } = PROCESS_MEMBERS;

const defaultsForm = objectOf(DEFAULT_MEMBERS, "an object of settings") as Form<ProcessSettings>;

/** A process: its settings, or just its command. */
const oneProcess: Form<ProcessSettings> = {
  schema: {
    anyOf: [
      commandForm.schema,
      { ...processForm.schema, required: ["command"] },
    ],
  },
  takes: processForm.takes,
  read(node, reader) {
    if (isText(node) || node.kind === "array") {
      const words = commandForm.read(node, reader);
      return words && { command: words };
    }
    const found = processForm.read(node, reader);
    const hasCommand = node.kind !== "object" ||
      node.entries.some(({ key }) =>
        key === "command" || meansKey(key, "command", PROCESS_MEMBERS)
      );
    if (!hasCommand) {
      const place = node.span && { ...node.span, length: 1 };
      const message = `'command' is missing: ${PROCESS_MEMBERS["command"]!.help}`;
      reader.refuseKey(node.path, place, message);
    }
    return found;
  },
};

const processes: Form<readonly Listed[]> = {
  schema: {
    type: "object",
    minProperties: 1,
    propertyNames: { pattern: NAME.source },
    additionalProperties: oneProcess.schema,
  },
  takes: "an object from names to processes",
  read(node, reader) {
    if (node.kind !== "object" || node.entries.length === 0) {
      reader.refuse(node, `expected ${this.takes}`);
      return undefined;
    }
    const seen = new Set<string>();
    return node.entries.flatMap(({ key, keySpan, value }) => {
      const quoted = JSON.stringify(key);
      if (!NAME.test(key)) {
        reader.refuseKey(value.path, keySpan, `${quoted} cannot be a name: ${NAME_RULE}`);
      }
      if (seen.has(key)) reader.refuseKey(value.path, keySpan, `${quoted} is there twice`);
      seen.add(key);
      const found = oneProcess.read(value, reader);
      return found ? [{ name: key, found, node: value }] : [];
    });
  },
};

interface Listed {
  readonly name: string;
  readonly found: ProcessSettings;
  readonly node: Node;
}

const FILE_MEMBERS = {
  $schema: { form: text("the address of a schema"), help: "where an editor finds this schema" },
  defaults: { form: defaultsForm, help: "settings of all processes that do not say otherwise" },
  processes: { form: processes, help: "the processes, by their names" },
} as const satisfies Readonly<Record<string, Member<unknown>>>;

const fileForm = objectOf(FILE_MEMBERS, "an object with 'processes'", ["processes"]);

/** The JSON schema of `tsm.jsonc`. */
export function tsmSchema(): JsonSchema {
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "tsm.jsonc",
    description: "The processes of a repository, for 'tsm start' and 'tsm apply'",
    ...fileForm.schema,
  };
}

/** Makes apps of what a `tsm.jsonc` says. */
export function readTsmFile(
  path: string,
  node: Node,
  options: ReadOptions,
): { readonly apps: readonly App[]; readonly problems: readonly Problem[] } {
  const dir = dirname(path);
  const reader = new Reader(dir, options.variables);
  const file = fileForm.read(node, reader);
  const listed = file?.processes ?? [];
  const defaults = file?.defaults ?? {};
  refuseUnknownEnvironment(
    reader,
    options.envName,
    [defaults, ...listed.map(({ found }) => found)].flatMap(({ environments }) =>
      Object.keys(environments ?? {})
    ),
  );
  const apps = listed.map((item) => makeApp(item, { defaults, dir, envName: options.envName }));
  return { apps, problems: reader.problems };
}

function makeApp(
  { name, found, node }: Listed,
  { defaults, dir, envName }: {
    defaults: ProcessSettings;
    dir: string;
    envName?: string | undefined;
  },
): App {
  const all = { ...defaults, ...found };
  // Who gives a process a command for one event does not mean to lose the file's for the others.
  const on = { ...defaults.on, ...found.on };
  const cwd = all.cwd ?? dir;
  const overlay = (from: ProcessSettings) =>
    envName === undefined ? {} : from.environments?.[envName] ?? {};
  return {
    name,
    words: found.command ?? [],
    cwd,
    ...all.interpreter === undefined ? {} : { interpreter: all.interpreter },
    ...found.port === undefined ? {} : { port: found.port },
    instances: all.instances ?? 1,
    increment: all.increment ?? 1,
    explicit: { ...defaults.env, ...found.env, ...overlay(defaults), ...overlay(found) },
    counters: {},
    settings: settingsOf(all.on === undefined ? all : { ...all, on }, cwd),
    node,
  };
}

function settingsOf(all: ProcessSettings, cwd: string): Partial<SpecSettings> {
  const { watch, ...others } = all;
  const values: Readonly<Record<string, unknown>> = {
    ...others,
    ...watch === undefined ? {} : { watch: watch && watchedFiles(watch, cwd) },
  };
  const told = SETTING_KEYS.filter((key) => !isApart(key)).map((key) => {
    const name = nameInFile(key);
    return [key, name === null ? undefined : values[name]] as const;
  });
  return Object.fromEntries(told.filter(([, value]) => value !== undefined));
}

/** What is watched: the working directory, where no paths are told. */
function watchedFiles(
  { paths, ignore, debounce }: NonNullable<ProcessSettings["watch"]>,
  cwd: string,
): WatchedFiles {
  return { paths: paths ?? [resolve(cwd)], ignore, debounce };
}
