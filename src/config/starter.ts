import { parse } from "@std/jsonc";
import { basename, join, resolve } from "@std/path/posix";
import { isThere } from "../files/path_info.ts";
import { readTextIfThere } from "../files/read_text.ts";
import { validName } from "../meta/valid_name.ts";
import { readProcfile } from "./procfile.ts";
import { type Ecosystem, readEcosystem } from "./read_ecosystem.ts";

/** Something that a directory says it can run. */
interface Candidate {
  readonly name: string;
  readonly command: string;
  /** Where that is said, for a comment. */
  readonly source: string;
  /** Whether it sounds like something that keeps running. */
  readonly runs: boolean;
  /** What else is said of it, as members of `tsm.jsonc`. */
  readonly members?: Readonly<Record<string, unknown>>;
}

const KEEPS_RUNNING =
  /^(start|serve|server|web|api|app|worker|workers|queue|scheduler|cron|bot|consumer|proxy)([:._-]|$)/;

/**
 * Makes the text of a `tsm.jsonc` from what is found in a directory: a file of PM2's, scripts of
 * `package.json`, tasks of `deno.json`, lines of a `Procfile`.
 *
 * @param variables The environment of whoever asks, which a file of PM2's may look at.
 * @throws {Deno.errors.InvalidData} if the file of PM2's cannot be read.
 */
export async function makeStarter(
  dir: string,
  variables: Readonly<Record<string, string>>,
): Promise<string> {
  const ecosystem = await readEcosystem(dir, variables);
  const found = await uniqueNames([
    ...fromEcosystem(ecosystem),
    ...fromProcfile(dir),
    ...fromPackage(dir),
    ...fromDeno(dir),
  ]);
  // Where PM2 was told what runs, the rest is most likely how the same is started otherwise.
  const active = found.filter(({ runs, members }) => ecosystem ? members : runs);
  const others = found.filter((candidate) => !active.includes(candidate));
  const entries = active.length > 0 ? active.map(entry) : [others.length > 0 ? "" : EXAMPLE];
  const notes = ecosystem?.notes.map(commentOf) ?? [];
  const body = entries.filter(Boolean).join("\n\n");
  return `// The processes of ${
    basename(resolve(dir))
  }. 'tsm validate' checks this file, 'tsm start tsm.jsonc' starts
// what it lists, 'tsm apply tsm.jsonc' makes what you change in it true.
{
  // For completion in your editor: tsm schema > tsm.schema.json
  // "$schema": "./tsm.schema.json",

  // What all processes have in common.
  "defaults": {
    // "namespace": "shop",
    // "env_file": ".env",
    // "env": { "LOG_LEVEL": "info" },
    // "environments": { "production": { "LOG_LEVEL": "warn" } },
  },

  "processes": {
${[notes.join("\n"), body, ...others.map(commented)].filter(Boolean).join("\n\n")}
  },
}`;
}

const SETTINGS =
  `      // "port": 3000,                       // its name becomes NAME-3000, and PORT is set
      // "wait_ready": "port",               // its start is done when somebody listens there
      // "health": "http://127.0.0.1:\${PORT}/", // restarted when it stops answering
      // "depends_on": ["db"],               // started after that
      // "instances": 2,                     // ports 3000, 3001, …
      // "max_memory": "300M",               // restarted when it grows larger
      // "watch": ["src"],                   // restarted when files change`;

const EXAMPLE = `    // Nothing was found to start: here is an example.
    "web": {
      "command": "sleep 1000",
${SETTINGS}
    },`;

function entry({ name, command, source, members = {} }: Candidate, index: number): string {
  return [
    `    // ${source}`,
    `    ${JSON.stringify(name)}: {`,
    `      "command": ${JSON.stringify(command)},`,
    ...Object.entries(members).map(([key, value]) =>
      `      ${JSON.stringify(key)}: ${JSON.stringify(value)},`
    ),
    ...index === 0 ? [SETTINGS] : [],
    "    },",
  ].join("\n");
}

function commented({ name, command, source }: Candidate): string {
  return `    // ${source}\n    // ${JSON.stringify(name)}: ${JSON.stringify(command)},`;
}

function fromEcosystem(ecosystem: Ecosystem | undefined): Candidate[] {
  if (!ecosystem) return [];
  return Object.entries(ecosystem.processes).map(([name, { command, ...members }]) => (
    { name, command: command as string, source: ecosystem.file, runs: true, members }
  ));
}

function fromProcfile(dir: string): Candidate[] {
  const path = join(resolve(dir), "Procfile");
  const text = readTextIfThere(path);
  if (text === undefined) return [];
  return readProcfile(path, text, {}).apps.map(({ name, words }) => ({
    name,
    command: words[0]!,
    source: "Procfile",
    runs: true,
  }));
}

function fromPackage(dir: string): Candidate[] {
  const manifest = readObject(join(dir, "package.json"));
  const scripts = texts(manifest?.["scripts"]);
  const runner = ["pnpm-lock.yaml", "yarn.lock", "bun.lockb", "bun.lock"]
    .findIndex((file) => isThere(join(dir, file)));
  const run = ["pnpm run", "yarn run", "bun run", "bun run"][runner] ?? "npm run";
  return candidates(scripts, "package.json", run, manifest?.["name"]);
}

function fromDeno(dir: string): Candidate[] {
  const manifest = readObject(join(dir, "deno.json")) ?? readObject(join(dir, "deno.jsonc"));
  const tasks = texts(manifest?.["tasks"]);
  return candidates(tasks, "deno.json", "deno task", manifest?.["name"]);
}

function candidates(
  scripts: Readonly<Record<string, string>>,
  source: string,
  run: string,
  project: unknown,
): Candidate[] {
  const names = Object.keys(scripts);
  // A development server is taken only where nothing else keeps running.
  const isLong = (name: string) => KEEPS_RUNNING.test(name);
  const hasLong = names.some(isLong);
  return names.flatMap((script) => {
    // npm runs pre- and post-scripts by itself, around the script they are named after.
    const base = /^(?:pre|post)(.+)$/.exec(script)?.[1];
    if (base !== undefined && names.includes(base)) return [];
    const name = script === "start" && typeof project === "string" ? project : script;
    return [{
      name,
      command: `${run} ${/^[A-Za-z0-9:._-]+$/.test(script) ? script : `'${script}'`}`,
      source: `${source}: ${oneLine(scripts[script]!)}`,
      runs: isLong(script) || !hasLong && script === "dev",
    }];
  });
}

function oneLine(text: string): string {
  const line = onOneLine(text);
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}

/** A comment ends at a line break: what stands behind it would be a part of the file. */
function onOneLine(text: string): string {
  return text.replace(/[\x00-\x1f\u2028\u2029]+/g, " ");
}

/** A whole sentence as a comment, on as many lines as it takes. */
function commentOf(text: string): string {
  const lines: string[] = [];
  let line = "";
  for (const word of onOneLine(text).split(" ")) {
    if (line !== "" && line.length + word.length >= 90) {
      lines.push(line);
      line = "";
    }
    line += line === "" ? word : ` ${word}`;
  }
  return [...lines, line].map((text) => `    // ${text}`).join("\n");
}

async function uniqueNames(found: readonly Candidate[]): Promise<readonly Candidate[]> {
  const bases = await Promise.all(
    found.map(({ name }) => validName(name.replace(/^@[^/]*\//, ""))),
  );
  const taken = new Set<string>();
  return found.map((candidate, index) => {
    const base = bases[index]!;
    let name = base;
    for (let number = 2; taken.has(name); number++) name = `${base}-${number}`;
    taken.add(name);
    return { ...candidate, name };
  });
}

function readObject(path: string): Readonly<Record<string, unknown>> | undefined {
  const text = readTextIfThere(path);
  if (text === undefined) return undefined;
  try {
    const value: unknown = parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? value as Record<string, unknown>
      : undefined;
  } catch {
    return undefined;
  }
}

/** The members that are texts; a task of Deno's may be an object with a command. */
function texts(value: unknown): Record<string, string> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, given]) => {
      const text = typeof given === "string" ? given : (given as { command?: unknown })?.command;
      return typeof text === "string" ? [[key, text]] : [];
    }),
  );
}
