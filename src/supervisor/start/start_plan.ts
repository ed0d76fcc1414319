import type { StartAllRequest } from "../../api/messages/start_all.ts";
import { messageOf } from "../../errors.ts";
import { isThere } from "../../files/path_info.ts";
import { findCycles, isCalled, type Named } from "../../meta/dependency_graph.ts";
import type { Spec } from "../../meta/spec.ts";
import { newProcessSettings } from "../../settings/settings_file.ts";
import { type EnvironmentDifference, withoutSessionNoise } from "../../process/environment.ts";
import { readListeningPorts } from "../../process/port.ts";
import { dependenciesCalled } from "./dependencies.ts";
import type { ManagedProcess } from "../process/managed_process.ts";
import { type Definition, makeSpec, nameOf, prepare } from "./new_process.ts";
import { refusePort } from "./port_use.ts";
import type { Supervisor } from "../supervisor.ts";

/** One process of a start of many, with nothing known to be wrong. */
export interface PlannedStart {
  readonly name: string;
  readonly spec: Spec;
  readonly environment: EnvironmentDifference;
}

/** What is wrong with one definition. */
interface Problem {
  readonly name: string;
  readonly message: string;
}

/**
 * Plans the start of many processes. Everything wrong with any of them that can be
 * known is found here, before anything is made.
 *
 * @throws {Deno.errors.InvalidData} with all that is wrong, a line each.
 */
export async function planStarts(
  supervisor: Supervisor,
  request: StartAllRequest,
): Promise<readonly PlannedStart[]> {
  const defaults = newProcessSettings(supervisor.root);
  const environment = withoutSessionNoise(request.environment);
  const problems: Problem[] = [];
  const planned: PlannedStart[] = [];
  for (const { port = null, ...given } of request.definitions) {
    const definition: Definition = { ...given, settings: { ...defaults, ...given.settings } };
    let name = given.name ?? given.words.join(" ");
    try {
      const prepared = await prepare(supervisor, environment, definition);
      name = nameOf(definition, prepared.command, port);
      const spec = makeSpec(definition, prepared.command, port);
      planned.push({ name, spec, environment: prepared.environment });
    } catch (error) {
      problems.push({ name, message: messageOf(error) });
    }
  }
  problems.push(
    ...findTwins(planned),
    ...findForeign(supervisor, planned),
    ...findUnknown(supervisor, planned),
    ...findCircle(planned),
    ...await findTakenPorts(supervisor, planned),
  );
  if (problems.length === 0) return planned;
  const lines = problems.map(({ name, message }) => `  ${name}: ${message}`);
  throw new Deno.errors.InvalidData(
    `Cannot start, and has started nothing:\n${lines.join("\n")}`,
  );
}

/** What a planned process is called, by itself and together with its siblings. */
export function named({ name, spec: { app, port } }: PlannedStart): Named {
  return { name, app, port };
}

function findTwins(planned: readonly PlannedStart[]): Problem[] {
  const names = new Set<string>();
  const ports = new Map<number, string>();
  const problems: Problem[] = [];
  for (const { name, spec: { port } } of planned) {
    const other = port === null ? undefined : ports.get(port);
    if (names.has(name)) problems.push({ name, message: "it is there twice; rename one" });
    else if (other !== undefined) {
      problems.push({ name, message: `it has the port ${port}, as '${other}' has; change one` });
    }
    names.add(name);
    if (port !== null) ports.set(port, name);
  }
  return problems;
}

/** Finds what would take the place of a process that another file has started. */
function findForeign(supervisor: Supervisor, planned: readonly PlannedStart[]): Problem[] {
  return planned.flatMap(({ name, spec }) => {
    const theirs = supervisor.process(name)?.spec.config?.file;
    // A file that has been renamed since has nothing to say any more.
    if (!spec.config || theirs === undefined || theirs === spec.config.file) return [];
    if (!isThere(theirs)) return [];
    const message = `'${theirs}' has started a process of that name; rename one, ` +
      `or stop that one first: tsm stop ${name}`;
    return [{ name, message }];
  });
}

function findUnknown(supervisor: Supervisor, planned: readonly PlannedStart[]): Problem[] {
  const problems: Problem[] = [];
  for (const { name, spec } of planned) {
    for (const [word, condition] of Object.entries(spec.depends_on)) {
      const beside = planned.filter((other) => isCalled(named(other), word));
      const called = beside.length > 0 ? beside : dependenciesCalled(supervisor, spec, word);
      const [first] = called;
      if (first === undefined) {
        const message = `it depends on '${word}', which is neither to be started nor there`;
        problems.push({ name, message: `${message}; start that first, or correct the name` });
      } else if (condition === "healthy" && first.spec.health === null) {
        problems.push({
          name,
          message: `it depends on '${word}' being healthy, but that has no health check; ` +
            "give it one, or wait for 'started'",
        });
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
  return [{ name: names[0]!, message: `it depends on itself: ${names.join(" → ")}` }];
}

async function findTakenPorts(
  supervisor: Supervisor,
  planned: readonly PlannedStart[],
): Promise<Problem[]> {
  if (planned.every(({ spec }) => spec.port === null)) return [];
  const listening = await readListeningPorts();
  const problems: Problem[] = [];
  for (const { name, spec: { port } } of planned) {
    if (port === null) continue;
    const inode = listening.get(port);
    if (inode === undefined || isItsOwn(supervisor.process(name), port)) continue;
    await refusePort(supervisor, port, inode).catch((error) =>
      problems.push({ name, message: messageOf(error) })
    );
  }
  return problems;
}

function isItsOwn(present: ManagedProcess | undefined, port: number): boolean {
  return present?.run !== undefined && present.meta.port === port;
}
