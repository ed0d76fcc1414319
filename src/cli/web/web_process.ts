import { delay } from "@std/async/delay";
import { startMessage } from "../../api/messages/start.ts";
import { stopMessage } from "../../api/messages/stop.ts";
import { errorOfKind } from "../../api/errors.ts";
import { withContext } from "../../errors.ts";
import { listProcesses } from "../../meta/list_processes.ts";
import { isUp } from "../../meta/status.ts";
import { readSpec } from "../../meta/spec.ts";
import { isPortFree } from "../../process/is_port_free.ts";
import { ownCommand } from "../../program/own_command.ts";
import type { RuntimeRoot } from "../../root.ts";
import { ask } from "../connection/connection.ts";
import { readEnvironment } from "../connection/environment.ts";
import type { Context } from "../context.ts";

/** What the process is called, before its port. */
const NAME = "tsm-web";
/** The port it takes where none is asked for, or the next one that is free. */
const FIRST_PORT = 4780;
/** Milliseconds until it must listen. */
const PATIENCE = 30_000;
const LOOK_EVERY = 20;

/** The process that serves the page. */
export interface WebProcess {
  readonly name: string;
  readonly port: number;
  /** Whether its pages may only look. */
  readonly isReadOnly: boolean;
}

/** How it is wanted to run; `undefined`: as it does. */
export interface WebWish {
  readonly port: number | undefined;
  readonly isReadOnly: boolean;
}

/** The process that serves the page, whether it runs or not; `undefined` if none is listed. */
export function findWebProcess(root: RuntimeRoot): WebProcess & { isUp: boolean } | undefined {
  for (const { name, port, status } of listProcesses(root).metas) {
    if (port === null || name !== `${NAME}-${port}`) continue;
    const words = readSpec(root, name).argv;
    const at = words.indexOf("--here");
    if (words[at - 1] !== "web") continue;
    return { name, port, isReadOnly: words.includes("--read-only", at), isUp: isUp(status) };
  }
  return undefined;
}

/**
 * The process that serves the page, which is started where it does not run.
 *
 * @throws {Deno.errors.Busy} if it runs otherwise than it is wanted to.
 * @throws what the supervisor answers.
 */
export async function ensureWebProcess(context: Context, wish: WebWish): Promise<WebProcess> {
  const present = findWebProcess(context.root);
  if (present?.isUp) {
    refuseOtherwise(present, wish);
    await listens(present);
    return present;
  }
  // What is left of an earlier one would keep its name.
  if (present !== undefined) await stopWebProcess(context, present.name);
  return await startWebProcess(context, wish);
}

/** Stops and removes it. */
export async function stopWebProcess(context: Context, name: string): Promise<void> {
  const { failed } = await ask(context, stopMessage, { selectors: [name], keep: false });
  const [failure] = failed;
  if (failure) throw new Error(`Cannot stop '${name}': ${failure.reason}`);
}

function refuseOtherwise({ name, port, isReadOnly }: WebProcess, wish: WebWish): void {
  const differs = wish.isReadOnly && !isReadOnly
    ? "lets its pages act"
    : wish.port !== undefined && wish.port !== port
    ? `is on port ${port}`
    : undefined;
  if (differs === undefined) return;
  throw new Deno.errors.Busy(
    `Cannot open the page as asked: ${name} runs already and ${differs}; ` +
      "'tsm web --stop' ends it, and with it the pages that are open",
  );
}

async function startWebProcess(
  context: Context,
  { port = firstFreePort(), isReadOnly }: WebWish,
): Promise<WebProcess> {
  const own = ["web", "--here", "--port", String(port), ...isReadOnly ? ["--read-only"] : []];
  const { started, failed } = await ask(context, startMessage, {
    environment: readEnvironment().variables,
    definitions: [{
      words: [...ownCommand(), ...own],
      name: NAME,
      cwd: context.root.base,
      port,
      explicit: {},
      settings: {},
    }],
    if_running: "refuse",
    source: "command",
    wait: PATIENCE,
  });
  const [failure] = failed;
  if (failure) {
    throw withContext("Cannot start the page's process", errorOfKind(failure.kind, failure.reason));
  }
  return { name: started[0]!.name, port, isReadOnly };
}

/** Its file says that it runs; it may have been restarted this very moment. */
async function listens({ name, port }: WebProcess): Promise<void> {
  const deadline = performance.now() + PATIENCE;
  while (isPortFree(port)) {
    if (performance.now() > deadline) {
      throw new Deno.errors.TimedOut(
        `${name} runs and does not listen on port ${port}; 'tsm logs ${name}' tells why`,
      );
    }
    await delay(LOOK_EVERY);
  }
}

function firstFreePort(): number {
  for (let port = FIRST_PORT; port < FIRST_PORT + 100; port++) if (isPortFree(port)) return port;
  throw new Deno.errors.AddrInUse(
    `Cannot find a port for the page: ${FIRST_PORT} to ${FIRST_PORT + 99} are taken; ` +
      "name one with --port",
  );
}
