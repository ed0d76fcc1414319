/**
 * What can be wrong with processes together, though each is right by itself.
 *
 * @module
 */
import { messageOf, unhandled } from "../errors.ts";
import { findCycles, needsHealthCheck, readDependsOn } from "../meta/dependency_graph.ts";
import { isValidName, NAME_RULE } from "../root.ts";
import { nearest } from "../nearest.ts";
import type { App } from "../settings/app.ts";
import { isLogPattern } from "../settings/table/log_pattern.ts";
import type { Condition } from "../settings/table/settings_table.ts";
import { instanceName, instanceNames, portOf } from "./wanted.ts";
import { MAX_PROBLEMS, member, type Node, type Problem } from "../document/node.ts";

/** Among so many names the one that was meant is looked for. */
const MAX_NAMES = 1000;

/** Finds names and ports that two have, and dependencies that cannot be met. */
export function checkApps(apps: readonly App[]): readonly Problem[] {
  const called = byName(apps);
  return [
    ...checkNamesAndPorts(apps),
    ...checkDependencies(apps, called),
    ...checkCycles(apps, called),
    ...apps.flatMap(checkReadiness),
  ];
}

function problemAt(app: App, keys: readonly string[], message: string): Problem {
  const place = keys.reduce<Node>((node, key) => member(node, key) ?? node, app.node);
  return { message, path: place.path, span: place.span };
}

function checkNamesAndPorts(apps: readonly App[]): readonly Problem[] {
  const names = new Map<string, App>();
  const ports = new Map<number, { readonly app: App; readonly name: string }>();
  const problems: Problem[] = [];
  for (const app of apps) {
    const last = portOf(app, app.instances - 1) ?? 0;
    if (last > 65535) {
      const message = `its ${app.instances} instances would need ports up to ${last}`;
      problems.push(problemAt(app, ["instances"], message));
      continue;
    }
    // One problem for an app, though every instance of it clashes.
    let clash: Problem | undefined;
    for (let instance = 0; instance < app.instances && !clash; instance++) {
      const name = instanceName(app, instance);
      const port = portOf(app, instance);
      const other = port === null ? undefined : ports.get(port);
      // Of one app they are the same only where its instances share it.
      const isTaken = other !== undefined && other.app !== app;
      if (!isValidName(name)) {
        clash = problemAt(app, [], `'${name}' cannot be a name: ${NAME_RULE}`);
      } else if (names.has(name)) {
        const whose = names.get(name) === app ? "it has two processes" : "two processes are";
        clash = problemAt(app, ["name"], `${whose} called '${name}'; rename one`);
      } else if (isTaken) {
        const message = `port ${port} is taken: '${other.name}' has it too; change one`;
        clash = problemAt(app, ["port"], message);
      }
      names.set(name, app);
      if (port !== null && other === undefined) ports.set(port, { app, name });
    }
    if (clash) problems.push(clash);
  }
  return problems;
}

/** The apps of a list that `word`, as in `depends_on`, means, or means an instance of. */
export function appsCalled(word: string, apps: readonly App[]): readonly App[] {
  return apps.filter((app) => app.name === word || instanceNames(app).includes(word));
}

/** The apps that a word means, as {@linkcode appsCalled} finds them; a file may list thousands. */
type AppsByName = ReadonlyMap<string, readonly App[]>;

function byName(apps: readonly App[]): AppsByName {
  const called = new Map<string, App[]>();
  for (const app of apps) {
    for (const name of new Set([app.name, ...instanceNames(app)])) {
      const others = called.get(name);
      if (others) others.push(app);
      else called.set(name, [app]);
    }
  }
  return called;
}

function checkDependencies(apps: readonly App[], called: AppsByName): readonly Problem[] {
  const names = apps.map(({ name }) => name);
  const problems: Problem[] = [];
  for (const app of apps) {
    for (const { word, condition } of readDependsOn(app.settings.depends_on ?? {})) {
      const message = checkDependency(app, { word, condition }, called, names);
      if (message !== undefined) problems.push(problemAt(app, ["depends_on", word], message));
      // To look for the word that was meant takes its time, and nobody reads so many.
      if (problems.length === MAX_PROBLEMS) return problems;
    }
  }
  return problems;
}

/** What is wrong with a dependency, if anything. */
function checkDependency(
  app: App,
  { word, condition }: { readonly word: string; readonly condition: Condition },
  called: AppsByName,
  names: readonly string[],
): string | undefined {
  const [found] = called.get(word) ?? [];
  if (!found) {
    const meant = names.length > MAX_NAMES ? undefined : nearest(word, names);
    const hint = meant && meant !== app.name ? `; did you mean '${meant}'?` : "";
    return `there is no process '${word}' here${hint}`;
  }
  if (needsHealthCheck(condition) && !found.settings.health) {
    return `'${word}' has no health check; give it one, or wait for "started"`;
  }
  return undefined;
}

function checkCycles(apps: readonly App[], called: AppsByName): readonly Problem[] {
  const dependencies = ({ settings }: App) =>
    Object.keys(settings.depends_on ?? {}).flatMap((word) => called.get(word) ?? []);
  const problems: Problem[] = [];
  for (const circle of findCycles(apps, dependencies)) {
    const names = circle.map(({ name }) => name);
    const shown = names.length > 20 ? [...names.slice(0, 19), "…", names.at(-1)] : names;
    const message = `it depends on itself: ${shown.join(" → ")}`;
    problems.push(problemAt(circle[0]!, ["depends_on"], message));
    if (problems.length === MAX_PROBLEMS) break;
  }
  return problems;
}

function checkReadiness(app: App): readonly Problem[] {
  const { health } = app.settings;
  const missing = missingToBecomeReady(app);
  if (missing !== undefined) return [problemAt(app, ["wait_ready"], missing)];
  if (app.port !== undefined) return [];
  const needsPort = health?.type === "tcp" && health.port === undefined ||
    health?.type === "http" && health.url.includes("${PORT}");
  return needsPort
    ? [problemAt(app, ["health"], "it checks the process's port, but it has none; add 'port'")]
    : [];
}

/** What an app lacks to become ready ever, as its `wait_ready` has it. */
function missingToBecomeReady({ port, settings: { wait_ready = null, health } }: App) {
  if (isLogPattern(wait_ready)) return undefined;
  switch (wait_ready) {
    case null:
    case "notify":
    case "message":
      return undefined;
    case "health":
      return health ? undefined : "it has no health check to wait for; add 'health'";
    case "port":
      return port === undefined ? "it has no port to wait for; add 'port'" : undefined;
    default:
      return unhandled(wait_ready);
  }
}

/**
 * Finds what of the apps does not fit this machine: directories, programs and env files
 * that are not there, and schedules that never come.
 *
 * @param variables The environment of this command line.
 */
export async function checkSurroundings(
  apps: readonly App[],
  variables: Readonly<Record<string, string>>,
): Promise<readonly Problem[]> {
  const { resolveCommand } = await import("../program/command.ts");
  const { readEnvFiles, variablesOf } = await import("../program/env_files.ts");
  const { scheduleProblems, vainScheduleSettings } = await import(
    "../schedule/schedule_problems.ts"
  );
  const problems: Problem[] = [];
  for (const app of apps) {
    const { cwd, words, interpreter, settings } = app;
    const attempt = (keys: readonly string[], action: () => void) => {
      try {
        action();
        return true;
      } catch (error) {
        problems.push(problemAt(app, keys, messageOf(error)));
        return false;
      }
    };
    let fromFile: Readonly<Record<string, string>> = {};
    const isThere = attempt(["cwd"], () => checkDirectory(cwd)) && attempt(["env_file"], () => {
      const environment = { ...variables, ...app.explicit };
      const known = { environment, explicit: Object.keys(app.explicit), own: undefined };
      fromFile = variablesOf(readEnvFiles(settings), known);
    });
    if (isThere) {
      const keys = interpreter === undefined ? ["command"] : ["interpreter"];
      const env = { ...variables, ...fromFile, ...app.explicit };
      attempt(
        member(app.node, "script") ? ["script"] : keys,
        () => resolveCommand(words, { cwd, env, interpreter, shell: settings.shell }),
      );
    }
    for (
      const { key, message } of [
        ...vainScheduleSettings(settings),
        ...scheduleProblems(settings),
      ]
    ) {
      problems.push(problemAt(app, [key], message));
    }
    const { wait_ready = null } = settings;
    if (isLogPattern(wait_ready)) {
      const { lineMatcher } = await import("../logs/line_matcher.ts");
      const problem = await lineMatcher(wait_ready).then(() => undefined, messageOf);
      if (problem !== undefined) problems.push(problemAt(app, ["wait_ready"], problem));
    }
  }
  return problems;
}

function checkDirectory(path: string): void {
  let info: Deno.FileInfo;
  try {
    info = Deno.statSync(path);
  } catch {
    throw new Deno.errors.NotFound(`the working directory '${path}' does not exist`);
  }
  if (!info.isDirectory) throw new Deno.errors.InvalidData(`'${path}' is no directory`);
}
