import { startMessage, type StartRequest } from "../../api/messages/start.ts";
import { type Route, route } from "../../api/server.ts";
import { withContext } from "../../errors.ts";
import type { Spec } from "../../meta/spec.ts";
import { newProcessSettings } from "../../settings/settings_file.ts";
import { type EnvironmentDifference, withoutSessionNoise } from "../../process/environment.ts";
import { firstFreePort, readListeningPorts } from "../../process/port.ts";
import { awaitReady } from "../start/await_ready.ts";
import type { ManagedProcess } from "../process/managed_process.ts";
import { makeSpec, nameOf, prepare } from "../start/new_process.ts";
import { portsInUse, refusePort } from "../start/port_use.ts";
import type { Run } from "../launch/run.ts";
import type { Supervisor } from "../supervisor.ts";

/** Starts a new process, or ones that are there and do not run. */
export function startRoute(supervisor: Supervisor): Route {
  return route(startMessage, async (request) => {
    const existing = namedProcesses(supervisor, request);
    const launched = existing
      ? await startExisting(existing, request)
      : [await startNew(supervisor, withDefaults(supervisor, request))];
    if (request.may_end) return { started: launched.map(({ process }) => process.meta) };
    const untilRest = launched.length === 1;
    await Promise.all(
      launched.map(({ process, run, errSize }) =>
        awaitReady(process, run, { wait: request.wait, errSize, untilRest })
      ),
    );
    return { started: launched.map(({ process }) => process.meta) };
  });
}

/** The request with what `tsm set default.…` says where it says nothing itself. */
function withDefaults(supervisor: Supervisor, request: StartRequest): StartRequest {
  const settings = { ...newProcessSettings(supervisor.root), ...request.settings };
  return { ...request, settings };
}

interface Launched {
  readonly process: ManagedProcess;
  readonly run: Run;
  /** Size of its `current.err` before the launch, in bytes. */
  readonly errSize: number;
}

/**
 * The processes the one word of a start means: by name or id, or all that do not run.
 *
 * @returns `undefined` where it means none that is there, but a command.
 */
function namedProcesses(
  supervisor: Supervisor,
  { words, name, port, interpreter }: StartRequest,
): readonly ManagedProcess[] | undefined {
  const [word] = words;
  if (words.length !== 1 || name !== undefined || port !== undefined || interpreter !== undefined) {
    return undefined;
  }
  if (word === "all") return supervisor.processes.filter(({ run }) => !run);
  const named = supervisor.processes.filter(({ meta, directory }) =>
    !directory.isRemoved() && (meta.name === word || String(meta.tsm_id) === word)
  );
  return named.length > 0 ? named : undefined;
}

function startExisting(
  processes: readonly ManagedProcess[],
  { force }: StartRequest,
): Promise<Launched[]> {
  return Promise.all(processes.map(async (process) => {
    try {
      const errSize = process.directory.errSize();
      const run = force ? await process.restart() : await process.start();
      return { process, run, errSize };
    } catch (error) {
      throw withContext(`Cannot start '${process.meta.name}'`, error);
    }
  }));
}

async function startNew(supervisor: Supervisor, request: StartRequest): Promise<Launched> {
  const shown = request.name ?? request.words.join(" ");
  try {
    const own = withoutSessionNoise(request.environment);
    const { command, environment } = await prepare(supervisor, own, request);
    const listening = request.port === undefined ? new Map() : await readListeningPorts();
    // No waiting from here to the making of the process: what is found free stays so.
    const port = request.port === "auto"
      ? firstFreePort(listening, portsInUse(supervisor))
      : request.port ?? null;
    const name = nameOf(request, command, port);
    const spec = makeSpec(request, command, port);
    const present = supervisor.process(name);
    if (present?.directory.isRemoved()) {
      // Who removes a directory removes the process: what still runs must not run twice.
      await present.stop(false);
      return await startNew(supervisor, request);
    }
    if (present?.run && !request.force) {
      throw new Deno.errors.AlreadyExists(
        `'${name}' is already running (pid ${present.run.pid}); ` +
          `'tsm restart ${name}' or --force restarts it, --name gives another name`,
      );
    }
    if (port !== null && listening.has(port) && present?.meta.port !== port) {
      await refusePort(supervisor, port, listening.get(port)!);
    }
    return await launchAs(supervisor, { name, spec, environment, present });
  } catch (error) {
    throw withContext(`Cannot start '${shown}'`, error);
  }
}

async function launchAs(
  supervisor: Supervisor,
  { name, spec, environment, present }: {
    name: string;
    spec: Spec;
    environment: EnvironmentDifference;
    present: ManagedProcess | undefined;
  },
): Promise<Launched> {
  if (present) {
    const errSize = present.directory.errSize();
    const run = present.run
      ? await present.restart({ environment, spec })
      : await present.startAs(spec, environment);
    return { process: present, run, errSize };
  }
  const asked = performance.now();
  const process = supervisor.create(name, spec, environment);
  try {
    return { process, run: await process.start(asked), errSize: 0 };
  } catch (error) {
    await process.removeUnlessStarted(spec, asked);
    throw error;
  }
}
