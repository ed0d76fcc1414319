/**
 * How a command reaches the supervisor, starting one where there is none.
 *
 * @module
 */
import { delay } from "@std/async/delay";
import type { Announcement } from "../../api/announcement.ts";
import { TextLineStream } from "@std/streams";
import { fromProblem } from "../../api/errors.ts";
import type { DeepReadonly } from "../../api/answer.ts";
import { type NamedMessage, namedMessage } from "../../api/message.ts";
import { newRequestId } from "../../api/request_id.ts";
import type { pingMessage } from "../../api/messages/ping.ts";
import type { shutdownMessage } from "../../api/messages/shutdown.ts";
import { refuseNewerSupervisor } from "../../api/newer_supervisor.ts";
import { findAddress, type SupervisorAddress } from "../../api/supervisor_file.ts";
import { isSupervisorAlive } from "../../api/supervisor_lock.ts";
import { pidExists } from "../../process/signals.ts";
import { ownProgram } from "../../own_program.ts";
import type { RuntimeRoot } from "../../root.ts";
import { VERSION } from "../../version.ts";
import { versionOrder } from "../../version_order.ts";
import type { Context } from "../context.ts";
import { awaitAnswer } from "./await_answer.ts";
import { supervisorProcess } from "./supervisor_process.ts";

const PING = namedMessage<typeof pingMessage>("ping");
const SHUTDOWN = namedMessage<typeof shutdownMessage>("shutdown");

const LOOK_EVERY = 5;
/**
 * Maximum of looks, not of time, for a supervisor to come up or go: 10 s, and longer on a machine
 * that is busy or was suspended, since that holds up the supervisor too.
 */
const PATIENCE = 2000;
/** So many looks take two seconds. */
const NOTICE = 400;
/**
 * Maximum of looks at an address whose pid does not exist: a supervisor that was killed has left
 * it, and the next one replaces it.
 */
const LEFTOVER_PATIENCE = 200;

/**
 * Sends a request to the supervisor, which is started if need be.
 *
 * @param again Whether the next supervisor is asked, where this one leaves meanwhile.
 * @throws {Deno.errors.NotConnected} if there is none and none can be started.
 * @throws {Deno.errors.TimedOut} as {@linkcode awaitAnswer} does.
 * @throws what the supervisor answers.
 */
export async function ask<Request, Response>(
  context: Context,
  message: NamedMessage<Request, Response>,
  body: Request,
  { again = true }: { readonly again?: boolean } = {},
): Promise<DeepReadonly<Response>> {
  const { id } = newRequestId();
  for (let tries = 1;; tries++) {
    const address = await ensureSupervisor(context);
    try {
      return await awaitAnswer(context, address, message, body, {
        id: { id, isAgain: tries > 1 },
      });
    } catch (error) {
      // The supervisor was leaving when it was asked: the next one is asked, once.
      const left = error instanceof Deno.errors.NotConnected && again && tries < 2 &&
        await holdsSoon(() =>
          !isSupervisorAlive(context.root) || findAddress(context.root)?.pid !== address.pid
        );
      if (!left) throw error;
    }
  }
}

/**
 * Where the running supervisor listens, or `undefined` if there is none.
 *
 * @param isWaiting Told when it has been waited for two seconds.
 */
export async function findSupervisor(
  root: RuntimeRoot,
  isWaiting: () => void = () => {},
): Promise<SupervisorAddress | undefined> {
  for (let looks = 0; isSupervisorAlive(root); looks++) {
    const address = findAddress(root);
    // The address of a supervisor that was killed is replaced soon. Without that limit, a command
    // in another pid namespace, which sees no pid of the supervisor, would wait for ever.
    if (address && (looks >= LEFTOVER_PATIENCE || pidExists(address.pid))) return address;
    // It holds its lock but is not ready yet.
    if (looks === NOTICE) isWaiting();
    if (looks >= PATIENCE) {
      throw new Deno.errors.NotConnected(
        `the supervisor of ${root.base} does not become ready; see ${root.supervisorLog}`,
      );
    }
    await delay(LOOK_EVERY);
  }
  return undefined;
}

async function ensureSupervisor(context: Context): Promise<SupervisorAddress> {
  const { root } = context;
  for (let tries = 0; tries < 5; tries++) {
    const address = await findSupervisor(root, () => {
      if (!context.quiet) context.warn("tsm: waiting for the supervisor, which is not ready yet …");
    });
    if (address === undefined) {
      await startSupervisor(context);
      continue;
    }
    if (address.version === VERSION) return address;
    if (!context.downgrade) refuseNewerSupervisor(address);
    const order = versionOrder(address.version, VERSION);
    if (order === "same") return address;
    const present = await awaitAnswer(context, address, PING, {});
    if (present.foreground) {
      if (order === "newer") throw cannotDowngrade(address);
      context.warn(
        `tsm: the supervisor is of version ${address.version}, this is ${VERSION}; ` +
          "it runs in the foreground: restart its service to replace it",
      );
      return address;
    }
    context.warn(`tsm: replacing the supervisor of version ${address.version} by ${VERSION}`);
    await leaveToOthers(context, address);
  }
  throw new Deno.errors.NotConnected(
    `no supervisor comes up in ${root.base}; see ${root.supervisorLog}`,
  );
}

function cannotDowngrade({ pid, version }: SupervisorAddress): Error {
  return new Deno.errors.NotConnected(
    `the supervisor (pid ${pid}) of version ${version} runs in the foreground, where --downgrade ` +
      `does not replace it: have its service run ${ownProgram()}, and restart that`,
  );
}

/** Tells the supervisor to leave its processes running and go, and awaits that it has. */
async function leaveToOthers(context: Context, address: SupervisorAddress): Promise<void> {
  await awaitAnswer(context, address, SHUTDOWN, { keep_processes: true });
  await awaitGone(context.root, address.pid);
}

/**
 * Waits until the supervisor of this pid has gone.
 *
 * @throws {Deno.errors.NotConnected} if it does not go.
 */
export async function awaitGone(root: RuntimeRoot, pid: number): Promise<void> {
  const isGone = () => !isSupervisorAlive(root) || (findAddress(root)?.pid ?? pid) !== pid;
  if (await holdsSoon(isGone)) return;
  throw new Deno.errors.NotConnected(
    `the supervisor (pid ${pid}) does not leave; see ${root.supervisorLog}`,
  );
}

async function holdsSoon(condition: () => boolean): Promise<boolean> {
  for (let looks = 0; looks < PATIENCE; looks++) {
    if (condition()) return true;
    await delay(LOOK_EVERY);
  }
  return false;
}

/** Starts a supervisor in the background and awaits its announcement. */
async function startSupervisor({ root, downgrade }: Context): Promise<void> {
  const flags = downgrade ? ["--downgrade"] : [];
  const child = supervisorProcess(root, "detached", flags).spawn();
  child.unref();
  const line = await firstLine(child.stdout);
  if (line === undefined) {
    const said = (await new Response(child.stderr).text()).trim();
    throw new Deno.errors.NotConnected(
      `Cannot start a supervisor in ${root.base}: ${said || `see ${root.supervisorLog}`}`,
    );
  }
  const announced = JSON.parse(line) as Announcement;
  // Another command has started one at the same time: that one is used.
  if ("ready" in announced || isSupervisorAlive(root)) return;
  throw fromProblem(announced, 500);
}

async function firstLine(stream: ReadableStream<Uint8Array>): Promise<string | undefined> {
  const lines = stream.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream());
  for await (const line of lines) return line;
  return undefined;
}
