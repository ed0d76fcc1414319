import { basename, extname, resolve } from "@std/path/posix";
import type { Node } from "../document/node.ts";
import { isFile } from "../files/path_info.ts";
import { interpreterFor, saysWhatRunsIt } from "../program/command.ts";
import { joinWords, splitWords } from "../program/shell_words.ts";
import type { App } from "../settings/app.ts";
import { linksOf } from "./links_of.ts";
import type { Notes } from "./notes.ts";
import { processCount } from "./pm2_value.ts";
import { INSTANCE_VARIABLE } from "../program/environment.ts";
import { type Pm2App, settingsOf } from "./pm2_app.ts";

/** An app of a file, with what the file says of it as a whole. */
export interface Pm2Source {
  readonly app: Pm2App;
  readonly node: Node;
  /** The variables that the file sets, those of the chosen environment over the others. */
  readonly explicit: Readonly<Record<string, string>>;
  readonly port: number | undefined;
  /** What PM2 calls it: the name it is given, or the one PM2 makes. */
  readonly pm2Name: string;
  /** What it is called here: a name that a process can have. */
  readonly name: string;
  /** What runs it where it does not say so itself: TypeScript. */
  readonly runner: string | undefined;
}

/** What the file around an app says. */
export interface AroundApp {
  /** The directory of the file. */
  readonly dir: string;
  readonly notes: Notes;
  /** Whether no other app of the file has its port. */
  readonly isAlone: boolean;
  /** The environment of whoever reads the file. */
  readonly variables: Readonly<Record<string, string>>;
}

/** The shell that PM2 gives a script with blanks to. */
const PM2_SHELL = "/bin/bash";

/** Makes an app of tsm of one of PM2's. */
export function makeApp(
  { app, node, explicit, port, pm2Name, name, runner }: Pm2Source,
  { dir, notes, isAlone, variables }: AroundApp,
): App {
  const isLine = app.script!.includes(" ");
  if (name !== pm2Name) notes.add(`is called '${name}' here`, pm2Name);
  const cwd = resolve(dir, app.cwd ?? "");
  const instances = processCount(app.instances ?? 1);
  const countsPort = app.incrementVar === "PORT" && port !== undefined;
  const isClustered = !isLine && runsInCluster(app) && (app.cluster ?? instances > 1);
  // A single one of bun, which may not share its port with its next run, is restarted as any other.
  const sharesPort = isClustered && !countsPort && (instances > 1 || !isRunByBun(app));
  if (sharesPort && isRunByBun(app)) notes.add(BUN_SHARES_BY_ITSELF, name);
  if (instances > 1 && port !== undefined && !countsPort && !sharesPort) {
    notes.add(`its ${instances} instances all get PORT=${port}`, name);
  }
  if (countsPort && !isAlone) {
    notes.add(`PORT counts from ${port}, which another app has too: it is no port of either`, name);
  } else if (!isAlone && port !== undefined) {
    notes.add(`they all get PORT=${port}, and only one of them can listen on it`, name);
  }
  const isOwn = isAlone && (instances === 1 || countsPort || sharesPort);
  const ownPort = isOwn ? port : undefined;
  const { PORT: _, ...withoutPort } = explicit;
  const env = { ...variables, ...explicit };
  const chosen = interpreterOf(app, { cwd, runner, env });
  return {
    name,
    words: [app.script!, ...isLine ? [] : app.args ?? []],
    cwd,
    ...chosen,
    ...ownPort === undefined ? {} : { port: ownPort },
    instances,
    increment: 1,
    explicit: ownPort === undefined ? { ...explicit } : withoutPort,
    counters: countersOf(app, explicit, ownPort),
    settings: {
      ...settingsOf(
        app,
        { cwd, hasPort: ownPort !== undefined, runner: runnerOf(app, chosen, { cwd, env }) },
        (note) => notes.add(note, name),
      ),
      ...linksOf(
        app,
        { cwd, home: variables["HOME"], instances },
        (note) => notes.add(note, name),
      ),
      ...sharesPort ? { share_port: true } : {},
      // PM2 runs a command line by bash; where there is none, it could not have run it either.
      ...isLine && isFile(PM2_SHELL) ? { shell: PM2_SHELL } : {},
    },
    node,
  };
}

/** Node is told so by its preload; bun takes no such thing. */
const BUN_SHARES_BY_ITSELF =
  "its instances share a port only where the program asks for it (reusePort: true in Bun.serve)";

/** Whether it is run by a program of which PM2 makes a cluster; it forks all others. */
function runsInCluster(app: Pm2App): boolean {
  const { script, interpreter } = app;
  if (interpreter !== undefined) return /node$/.test(programOf(app)) || isRunByBun(app);
  return /^(\.[cm]?[jt]sx?)?$/.test(extname(script!));
}

function isRunByBun(app: Pm2App): boolean {
  return /bun$/.test(programOf(app));
}

function programOf({ interpreter = "" }: Pm2App): string {
  const [program = ""] = splitWords(interpreter) ?? [];
  return basename(program);
}

function interpreterOf(
  app: Pm2App,
  { cwd, env, runner }: {
    readonly cwd: string;
    readonly env: Readonly<Record<string, string>>;
    readonly runner: string | undefined;
  },
): { interpreter?: string } {
  const words = app.interpreterArgs ?? [];
  if (app.interpreter === "none" || app.interpreter !== undefined && words.length === 0) {
    return { interpreter: app.interpreter };
  }
  const path = resolve(cwd, app.script!);
  if (words.length > 0) {
    const usual = runner ?? interpreterFor(path, { cwd, env }) ?? "node";
    const own = app.interpreter === undefined ? splitWords(usual) ?? [usual] : [app.interpreter];
    return { interpreter: joinWords([...own, ...words]) };
  }
  // PM2 gives node what says nowhere what runs it, neither by its extension.
  const isForNode = interpreterFor(path, { cwd, env }) === undefined && isFile(path) &&
    !saysWhatRunsIt(path);
  const chosen = runner ?? (isForNode ? "node" : undefined);
  return chosen === undefined ? {} : { interpreter: chosen };
}

/** What runs it: a program, or a command line. */
function runnerOf(
  { script }: Pm2App,
  { interpreter }: { readonly interpreter?: string },
  { cwd, env }: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): string {
  if (interpreter !== undefined && interpreter !== "none") return interpreter;
  return interpreterFor(resolve(cwd, script!), { cwd, env }) ?? script!;
}

/** The variables that count the instances: PM2 sets the one with the number for one alone too. */
function countersOf(
  app: Pm2App,
  explicit: Readonly<Record<string, string>>,
  ownPort: number | undefined,
): Record<string, string> {
  const counters = { [app.instanceVar ?? INSTANCE_VARIABLE]: "0" };
  const { incrementVar } = app;
  // A port of its own is counted by itself.
  if (incrementVar === undefined || incrementVar === "PORT" && ownPort !== undefined) {
    return counters;
  }
  const first = Number(explicit[incrementVar] ?? "0");
  counters[incrementVar] = String(Number.isSafeInteger(first) ? first : 0);
  return counters;
}
