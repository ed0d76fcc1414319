/**
 * From the definitions of a start to processes that can be made. Everything wrong with any of
 * them that can be known beforehand is found here, before anything is made.
 *
 * @module
 */
import type { StartRequest } from "../../api/messages/start.ts";
import { withContext } from "../../errors.ts";
import { isThere } from "../../files/path_info.ts";
import {
  findCycles,
  isCalled,
  type Named,
  needsHealthCheck,
  readDependsOn,
} from "../../meta/dependency_graph.ts";
import type { ProcessDefinition } from "../../meta/process_definition.ts";
import type { Spec } from "../../meta/spec.ts";
import { type EnvironmentDifference, withoutSessionNoise } from "../../program/environment.ts";
import { firstFreePort } from "../../process/first_free_port.ts";
import { readListeningPorts } from "../../process/linux/port.ts";
import type { RuntimeRoot } from "../../root.ts";
import { refuseProblems, vainScheduleSettings } from "../../schedule/schedule_problems.ts";
import { newProcessSettings } from "../../settings/settings_file.ts";
import { withStoredDefaults } from "../../meta/with_stored_defaults.ts";
import type { ManagedProcess } from "../process/managed_process.ts";
import { dependenciesCalled } from "../order/dependencies.ts";
import { makeSpec, nameOf, prepare, type Prepared, type PrepareHost } from "./new_process.ts";
import { claimantOf, isShared, portClaimedError } from "../ports/port_claim.ts";
import { portHeldError, portsInUse } from "./port_use.ts";

/** What planning takes to know of the supervisor. */
export interface PlanHost extends PrepareHost {
  readonly root: RuntimeRoot;
  readonly processes: readonly PresentProcess[];
  process(name: string): PresentProcess | undefined;
}

/** What planning takes to know of a process that is there. */
export interface PresentProcess extends Pick<ManagedProcess, "meta" | "spec" | "run"> {
  readonly directory: Pick<ManagedProcess["directory"], "isRemoved">;
}

/** One process of a plan. */
export interface PlannedStart {
  readonly name: string;
  readonly spec: Spec;
  readonly environment: EnvironmentDifference;
}

/** Why one definition cannot be started. */
interface Problem {
  readonly name: string;
  readonly error: unknown;
}

/** A port that is wanted, and that somebody else listens on. */
interface HeldPort {
  readonly name: string;
  readonly port: number;
  readonly inode: string;
}

/** What has to be found out before a plan can be made. */
export interface PlanDraft {
  /** The definitions that can be run. */
  readonly runnable: readonly (Prepared & { readonly definition: ProcessDefinition })[];
  /** What is wrong with the others. */
  readonly problems: readonly Problem[];
  /** The ports that are listened on, and the inodes of their sockets. */
  readonly listening: ReadonlyMap<number, string>;
}

/** The processes of a start; to be started only where nothing is wrong with any of them. */
export interface StartPlan {
  readonly planned: readonly PlannedStart[];
  readonly problems: readonly Problem[];
  readonly heldPorts: readonly HeldPort[];
}

/** Finds out what a plan takes to know: all of planning that has to wait for something. */
export async function draftPlan(
  host: PlanHost,
  request: Pick<StartRequest, "environment" | "definitions">,
): Promise<PlanDraft> {
  const defaults = newProcessSettings(host.root);
  const environment = withoutSessionNoise(request.environment);
  const problems: Problem[] = [];
  const runnable: (Prepared & { definition: ProcessDefinition })[] = [];
  for (const given of request.definitions) {
    const definition = { ...given, settings: withStoredDefaults(given.settings, defaults) };
    try {
      refuseProblems(vainScheduleSettings(given.settings));
      runnable.push({ ...await prepare(host, environment, definition), definition });
    } catch (error) {
      problems.push({ name: shownName(definition), error });
    }
  }
  const needsPorts = runnable.some(({ definition }) => definition.port !== undefined);
  const listening = needsPorts ? await readListeningPorts() : new Map<number, string>();
  return { runnable, problems, listening };
}

/**
 * Makes a plan of a draft. It waits for nothing: where its processes are created before
 * anything is awaited, no other start is given the same name or port.
 *
 * @param ifRunning What becomes of a process that runs already.
 * @param begun The names of those that an earlier supervisor began to start for the same request.
 */
export function makePlan(
  host: PlanHost,
  draft: PlanDraft,
  ifRunning: StartRequest["if_running"],
  begun: ReadonlySet<string> = new Set(),
): StartPlan {
  const { listening } = draft;
  const problems = [...draft.problems];
  const planned: PlannedStart[] = [];
  const taken = new Set(portsInUse(host.processes));
  const shared = new Map<string, number>();
  for (const { definition: { port } } of draft.runnable) {
    if (typeof port === "number") taken.add(port);
  }
  for (const { definition, command, environment } of draft.runnable) {
    try {
      const isShared = definition.settings.share_port ?? false;
      const app = definition.name ?? command.name;
      const port = definition.port === "auto"
        ? (isShared ? shared.get(app) : undefined) ??
          portGiven(host, begun, (port) => nameOf(definition, command, port)) ??
          firstFreePort(listening, taken)
        : definition.port ?? null;
      if (port !== null) taken.add(port);
      if (port !== null && isShared) shared.set(app, port);
      const name = nameOf(definition, command, port);
      planned.push({ name, spec: makeSpec(definition, command, port), environment });
    } catch (error) {
      problems.push({ name: shownName(definition), error });
    }
  }
  problems.push(
    ...findTwins(planned),
    ...findForeign(host, planned),
    ...findUnknown(host, planned),
    ...findCircle(planned),
    ...ifRunning === "refuse"
      ? findRunning(host, planned.filter(({ name }) => !begun.has(name)))
      : [],
  );
  const heldPorts = findHeldPorts(host, planned, listening);
  problems.push(...findClaimed(host, planned, heldPorts));
  return { planned, problems, heldPorts };
}

/** The port that the process of a definition was given before, if it is one of `begun`. */
function portGiven(
  { processes }: PlanHost,
  begun: ReadonlySet<string>,
  nameWith: (port: number) => string,
): number | undefined {
  const ports = processes.flatMap(({ meta: { name, port } }) =>
    port !== null && begun.has(name) && nameWith(port) === name ? [port] : []
  );
  return ports[0];
}

/**
 * Says why nothing of a plan is started.
 *
 * @returns where a command asked for it and all instances have the same problem, that one, of
 * its own class; else all that is wrong, a line each.
 */
export async function refusalOf(
  host: Pick<PlanHost, "processes">,
  { problems, heldPorts }: StartPlan,
  { definitions, source }: Pick<StartRequest, "definitions" | "source">,
): Promise<Error> {
  const held = await Promise.all(heldPorts.map(async ({ name, port, inode }) => ({
    name,
    error: await portHeldError(host.processes, port, inode),
  })));
  const lines = [...problems, ...held].map(({ name, error }) => ({ name, error: asError(error) }));
  const [first] = lines;
  const isTheOnlyOne = first && source === "command" && lines.length === definitions.length &&
    lines.every(({ name, error }) => name === first.name && error.message === first.error.message);
  if (isTheOnlyOne) return withContext(`Cannot start '${first.name}'`, first.error);
  const text = lines.map(({ name, error }) => `  ${name}: ${error.message}`).join("\n");
  return new Deno.errors.InvalidData(`Cannot start, and has started nothing:\n${text}`);
}

/** What a planned process is called, by itself and together with its siblings. */
export function named({ name, spec: { app, port } }: PlannedStart): Named {
  return { name, app, port };
}

/** What a definition is called in messages, where its full name is not known. */
function shownName({ name, words }: ProcessDefinition): string {
  return name ?? words.join(" ");
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function problem(name: string, message: string): Problem {
  return { name, error: new Deno.errors.InvalidData(message) };
}

function findTwins(planned: readonly PlannedStart[]): Problem[] {
  const names = new Set<string>();
  const ports = new Map<number, PlannedStart>();
  const problems: Problem[] = [];
  for (const plan of planned) {
    const { name, spec: { port, share_port, app } } = plan;
    const first = port === null ? undefined : ports.get(port);
    const areSharing = share_port && first?.spec.share_port && app !== null &&
      app === first.spec.app;
    const other = areSharing ? undefined : first?.name;
    if (names.has(name)) problems.push(problem(name, "it is there twice; rename one"));
    else if (other !== undefined) {
      problems.push(problem(name, `it has the port ${port}, as '${other}' has; change one`));
    }
    names.add(name);
    if (port !== null && first === undefined) ports.set(port, plan);
  }
  return problems;
}

function findRunning(host: PlanHost, planned: readonly PlannedStart[]): Problem[] {
  return planned.flatMap(({ name, spec }) => {
    const present = host.process(name);
    // A process whose directory somebody has removed is ended first, so that its name is free.
    if (!present?.run || present.directory.isRemoved()) return [];
    const { pid } = present.run;
    const { cwd } = present.spec;
    const text = cwd === spec.cwd
      ? `'${name}' is already running (pid ${pid}); ` +
        `'tsm restart ${name}' or --force restarts it, --name gives another name`
      : `'${name}' is already running in ${cwd} (pid ${pid}); --name gives this one another ` +
        "name, --root DIR or TSM_ROOT gives this project a root of its own";
    const error = new Deno.errors.AlreadyExists(text);
    return [{ name, error }];
  });
}

/** Finds what would take the place of a process that another file has started. */
function findForeign(host: PlanHost, planned: readonly PlannedStart[]): Problem[] {
  return planned.flatMap(({ name, spec }) => {
    const theirs = host.process(name)?.spec.config?.file;
    // A file that no longer exists has no claim on its processes.
    if (!spec.config || theirs === undefined || theirs === spec.config.file) return [];
    if (!isThere(theirs)) return [];
    const message = `'${theirs}' has started a process of that name; rename one, give this ` +
      `project a root of its own (TSM_ROOT=DIR or --root DIR), or stop that one: tsm stop ${name}`;
    return [problem(name, message)];
  });
}

function findUnknown(host: PlanHost, planned: readonly PlannedStart[]): Problem[] {
  const problems: Problem[] = [];
  for (const { name, spec } of planned) {
    for (const { word, condition } of readDependsOn(spec.depends_on)) {
      const beside = planned.filter((other) => isCalled(named(other), word));
      const called = beside.length > 0 ? beside : dependenciesCalled(host.processes, spec, word);
      const [first] = called;
      if (first === undefined) {
        const message = `it depends on '${word}', which is neither to be started nor there`;
        problems.push(problem(name, `${message}; start that first, or correct the name`));
      } else if (needsHealthCheck(condition) && first.spec.health === null) {
        const message = `it depends on '${word}' being healthy, but that has no health check; ` +
          "give it one, or wait for 'started'";
        problems.push(problem(name, message));
      }
    }
  }
  return problems;
}

function findCircle(planned: readonly PlannedStart[]): Problem[] {
  const [circle] = findCycles(
    planned,
    ({ spec }) =>
      Object.keys(spec.depends_on).flatMap((word) =>
        planned.filter((other) => isCalled(named(other), word))
      ),
  );
  if (!circle) return [];
  const names = circle.map(({ name }) => name);
  return [problem(names[0]!, `it depends on itself: ${names.join(" → ")}`)];
}

function findHeldPorts(
  host: PlanHost,
  planned: readonly PlannedStart[],
  listening: ReadonlyMap<number, string>,
): HeldPort[] {
  return planned.flatMap(({ name, spec }) => {
    const { port } = spec;
    const inode = port === null ? undefined : listening.get(port);
    if (port === null || inode === undefined || isItsOwn(host.process(name), port)) return [];
    if (isShared(host.processes, { name, spec })) return [];
    return [{ name, port, inode }];
  });
}

/** Finds the ports that others have declared; one that is held is told with its holder. */
function findClaimed(
  host: PlanHost,
  planned: readonly PlannedStart[],
  heldPorts: readonly HeldPort[],
): Problem[] {
  const held = new Set(heldPorts.map(({ name }) => name));
  const { processes } = host;
  return planned.flatMap(({ name, spec }) => {
    const { port } = spec;
    if (held.has(name) || port === null || isItsOwn(host.process(name), port)) return [];
    const claimant = claimantOf(processes, port, { name, spec });
    return claimant ? [{ name, error: portClaimedError(claimant) }] : [];
  });
}

/** Whether it listens on the port itself, as far as that is known. */
function isItsOwn(present: PresentProcess | undefined, port: number): boolean {
  return present?.run !== undefined && present.meta.port === port;
}
