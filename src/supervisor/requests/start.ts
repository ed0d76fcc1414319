import { startMessage, type StartRequest, type StartResponse } from "../../api/messages/start.ts";
import type { RequestId } from "../../api/request_id.ts";
import { type Route, route } from "../../api/server.ts";
import { doneBefore } from "../done_before.ts";
import { type ManagedProcess, SHUTTING_DOWN } from "../process/managed_process.ts";
import { executeStarts } from "../start/execute_starts.ts";
import { startDefinitions } from "../start/start_definitions.ts";
import type { Supervisor } from "../supervisor.ts";

/** Starts new processes, or ones that are there and do not run. */
export function startRoute(supervisor: Supervisor): Route {
  return route(startMessage, async (request, id) => {
    // Refused as a whole: the client asks the next supervisor then.
    if (supervisor.leaving) throw new Deno.errors.NotConnected(SHUTTING_DOWN);
    const present = presentProcesses(supervisor, request);
    const response = present
      ? await startPresent(supervisor, present, request, id)
      : await startNew(supervisor, request, id);
    return { ...response, ...supervisor.shortage };
  });
}

/**
 * The processes that the one word of a start means: by name or id, or all that do not run.
 *
 * @returns `undefined` where it means none that is there, but a command.
 */
function presentProcesses(
  supervisor: Supervisor,
  request: StartRequest,
): readonly ManagedProcess[] | undefined {
  const word = onlyWord(request);
  if (word === undefined) return undefined;
  if (word === "all") return supervisor.processes.filter(({ run }) => !run);
  const called = supervisor.processes.filter(({ meta, directory }) =>
    !directory.isRemoved() && (meta.name === word || String(meta.tsm_id) === word)
  );
  return called.length > 0 ? called : undefined;
}

/**
 * Starts what is described, or, where its one word is no program, the processes that this word
 * selects, as those of an app or namespace.
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
    const word = onlyWord(request);
    if (!(error instanceof Deno.errors.NotFound) || word === undefined) throw error;
    const selected = selectIfAny(supervisor, word);
    if (selected.length === 0) throw error;
    return await startPresent(supervisor, selected, request, id);
  }
}

/** The processes `word` means; none where it means none. */
function selectIfAny(supervisor: Supervisor, word: string): readonly ManagedProcess[] {
  try {
    return supervisor.select("start", [word]);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** The one word of a start, where nothing else says what it is to be. */
function onlyWord({ definitions }: StartRequest): string | undefined {
  const [definition, ...others] = definitions;
  if (definition === undefined || others.length > 0) return undefined;
  const { words, name, port, interpreter, settings } = definition;
  const isMore = [name, port, interpreter, settings.depends_on].some((part) => part !== undefined);
  return words.length === 1 && !isMore ? words[0] : undefined;
}

/** Starts processes as they are; what they depend on is left to whoever asks for that. */
function startPresent(
  supervisor: Supervisor,
  processes: readonly ManagedProcess[],
  request: StartRequest,
  id: RequestId | undefined,
): Promise<StartResponse> {
  const begun = doneBefore(supervisor, id, "start");
  const requestedAt = performance.now();
  const starts = processes.map((process) => ({
    process,
    spec: process.spec,
    isNew: false,
    prerequisites: undefined,
    launch: () =>
      begun.has(process.meta.name)
        ? process.started()
        : request.if_running === "restart"
        ? process.restart({}, requestedAt)
        : process.start(requestedAt, id?.id),
    done: Promise.withResolvers<void>(),
  }));
  return executeStarts(starts, { ...request, requestedAt });
}
