import { resolve } from "@std/path/posix";
import { startMessage, type StartRequest, type StartResponse } from "../../api/messages/start.ts";
import type { RequestId } from "../../api/request_id.ts";
import { type Route, route } from "../../api/server/server.ts";
import { removalOf } from "../../db/removed_process.ts";
import { isFile } from "../../files/path_info.ts";
import { isCalled } from "../../meta/dependency_graph.ts";
import { select, type SelectedBy } from "../../meta/select.ts";
import { hasEnded } from "../../meta/status.ts";
import { findProgram } from "../../program/command.ts";
import { doneBefore } from "../done_before.ts";
import { awaitEdges } from "../order/await_edges.ts";
import { dependencyEdges } from "../order/dependency_edges.ts";
import type { ManagedProcess } from "../process/managed_process.ts";
import { SHUTTING_DOWN } from "../process/stop_requests.ts";
import { executeStarts } from "../start/execute_starts.ts";
import { restartsBeside } from "../start/restarts_beside.ts";
import { startDefinitions } from "../start/start_definitions.ts";
import type { Supervisor } from "../supervisor.ts";

/** The rules by which a word means processes even where a program or file is called so too. */
const STRONG: ReadonlySet<SelectedBy> = new Set<SelectedBy>([
  "all",
  "id",
  "name",
  "app",
  "pattern",
  "namespace",
]);

/** Starts new processes, or ones that are there and do not run. */
export function startRoute(supervisor: Supervisor): Route {
  return route(startMessage, async (request, id) => {
    // Refused as a whole: the client asks the next supervisor then.
    if (supervisor.leaving) throw new Deno.errors.NotConnected(SHUTTING_DOWN);
    const present = presentProcesses(supervisor, request);
    const response = present
      ? { ...await startPresent(supervisor, present, request, id), ...passedOver(request) }
      : await startNew(supervisor, request, id);
    return { ...response, ...supervisor.shortage };
  });
}

/**
 * The processes that the words of a start mean, each of them by what a user has named: by its name,
 * app, namespace or id, by a pattern, or all that do not run.
 *
 * @returns `undefined` where they mean none that is there, but a command.
 * @throws {Deno.errors.InvalidData} if one could mean several.
 */
function presentProcesses(
  supervisor: Supervisor,
  request: StartRequest,
): readonly ManagedProcess[] | undefined {
  const words = bareWords(request);
  if (words === undefined) return undefined;
  if (words.length === 1 && words[0] === "all") {
    return supervisor.processes.filter(({ run }) => !run);
  }
  if (!words.every((word) => isListed(supervisor, word))) return undefined;
  const selected = supervisor.select("start", words)
    .filter(({ directory }) => !directory.isRemoved());
  return selected.length > 0 ? selected : undefined;
}

/** Whether a word means processes, whatever program is called so. */
function isListed({ processes }: Supervisor, word: string): boolean {
  // What is wrong with an empty command is told of the command.
  if (word === "") return false;
  const specs = new Map(processes.map(({ meta, spec }) => [meta.name, spec]));
  const specOf = (name: string) => specs.get(name)!;
  const selected = select(word, processes.map(({ meta }) => meta), specOf);
  switch (selected.kind) {
    case "none":
      return false;
    case "found":
      return STRONG.has(selected.by);
    case "ambiguous":
      // Several were given this name, or begin with it.
      return selected.candidates.every((name) => isCalled({ name, ...specOf(name) }, word));
  }
}

/** The program or file that a start could have meant as well. */
function passedOver(
  { environment, definitions }: StartRequest,
): Pick<StartResponse, "passed_over"> {
  const { words: [word = ""], cwd } = definitions[0]!;
  const file = resolve(cwd, word);
  const path = isFile(file) ? file : findProgram(word, { cwd, env: environment });
  return path === undefined ? {} : { passed_over: path };
}

/**
 * Starts what is described, or, where its one word is no program, the processes that this word
 * selects as a port, a pid or the beginning of a name.
 *
 * @throws {Deno.errors.InvalidData} if it could mean several.
 */
async function startNew(
  supervisor: Supervisor,
  request: StartRequest,
  id: RequestId | undefined,
): Promise<StartResponse> {
  try {
    return await startDefinitions(supervisor, request, id);
  } catch (error) {
    const words = bareWords(request);
    if (!(error instanceof Deno.errors.NotFound) || words?.length !== 1) throw error;
    const selected = selectIfAny(supervisor, words);
    if (selected.length === 0) {
      const removal = removalOf(supervisor.root, words[0]!);
      throw removal === undefined
        ? error
        : new Deno.errors.NotFound(`${error.message}; ${removal}`);
    }
    return await startPresent(supervisor, selected, request, id);
  }
}

/** The processes `words` mean; none where they mean none. */
function selectIfAny(
  supervisor: Supervisor,
  words: readonly string[],
): readonly ManagedProcess[] {
  try {
    return supervisor.select("start", words);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** The words of a start, where nothing else says what it is to be. */
function bareWords({ definitions }: StartRequest): readonly string[] | undefined {
  const [definition, ...others] = definitions;
  if (definition === undefined || others.length > 0) return undefined;
  const { words, name, port, interpreter, settings } = definition;
  const isMore = [name, port, interpreter, settings.depends_on].some((part) => part !== undefined);
  return isMore ? undefined : words;
}

/**
 * Starts processes as they are, each behind those it depends on that are started with it or up
 * already. Others that it depends on are left as they are: somebody has stopped them.
 */
function startPresent(
  supervisor: Supervisor,
  processes: readonly ManagedProcess[],
  request: StartRequest,
  id: RequestId | undefined,
): Promise<StartResponse> {
  const begun = doneBefore(supervisor, id);
  const requestedAt = performance.now();
  const isRefused = request.if_running === "refuse";
  // Of several, those that are missing are started.
  const if_running = processes.length > 1 && isRefused ? "leave" : request.if_running;
  const done = new Map(processes.map((process) => [process, Promise.withResolvers<void>()]));
  const edges = dependencyEdges(
    supervisor.processes,
    processes,
    (other) => done.has(other) || other.run || !hasEnded(other.meta.status) ? other : undefined,
  );
  const starts = processes.map((process) => ({
    process,
    spec: process.spec,
    isNew: false,
    prerequisites: awaitEdges(edges.get(process), (other) => done.get(other)?.promise),
    launch: () =>
      begun.has(process.meta.name)
        ? process.started()
        : if_running === "restart"
        ? process.restart({ request: id?.id }, requestedAt)
        : process.start(requestedAt, id?.id),
    done: done.get(process)!,
  }));
  const beside = restartsBeside(
    supervisor,
    new Map([...done].map(([process, { promise }]) => [process, promise])),
    { if_running, requestedAt, request: id?.id, begun },
  );
  return executeStarts([...starts, ...beside], { ...request, if_running, requestedAt });
}
