import { messageOf } from "../../errors.ts";
import { checkSpec, type Spec } from "../../meta/spec.ts";
import { type Environment, readDifference } from "../../program/environment.ts";
import { firstFreePort } from "../../process/first_free_port.ts";
import { readListeningPorts } from "../../process/linux/port.ts";
import { awaitReady, patienceFor } from "../start/await_ready.ts";
import { appName } from "./instances.ts";
import type { ManagedProcess } from "../process/managed_process.ts";
import { portsInUse } from "../start/port_use.ts";
import { prepareRestart } from "../start/prepare_restart.ts";
import type { Supervisor } from "../supervisor.ts";

/** Suffix of the app's name in the name of its trial instance. */
const SUFFIX = "-reload";

/**
 * Tries whether a new instance of an app becomes ready, on a free port beside the other instances.
 * It is ended and removed then; if the supervisor is killed meanwhile, the next one removes it.
 *
 * @param model The instance it is made after.
 * @param siblings All instances, `model` among them.
 * @throws {Deno.errors.Interrupted} saying why it does not come up.
 */
export async function tryNewInstance(
  supervisor: Supervisor,
  model: ManagedProcess,
  siblings: readonly ManagedProcess[],
  environment: Environment | undefined,
): Promise<void> {
  const difference = await prepareRestart(supervisor, model, environment) ??
    readDifference(supervisor.root, model.meta.name);
  const listening = await readListeningPorts();
  const port = firstFreePort(listening, portsInUse(supervisor.processes));
  const name = `${appName(model).slice(0, 64 - SUFFIX.length)}${SUFFIX}`;
  const process = supervisor.create(name, trialSpec(model, siblings, port), difference, {
    intent: "delete",
  });
  try {
    const run = await process.start();
    await awaitReady(process, run, { wait: patienceFor(process), errSize: 0, healthy: true });
  } catch (error) {
    throw new Deno.errors.Interrupted(
      `a new instance, tried on the free port ${port} first, does not come up: ${
        messageOf(error).split("\n'tsm logs")[0]
      }`,
    );
  } finally {
    await process.stop(false);
  }
}

function trialSpec(
  { spec }: ManagedProcess,
  siblings: readonly ManagedProcess[],
  port: number,
): Spec {
  const trial: Record<string, unknown> = {
    ...spec,
    port,
    instance: Math.max(...siblings.map((sibling) => sibling.spec.instance)) + 1,
    app: null,
    // Without a file: `tsm apply` would take it for a process that is gone from the file, and stop
    // it.
    config: null,
    instances: 1,
    depends_on: {},
    autorestart: "never",
    cron_restart: null,
    watch: null,
    // The paths are its siblings'.
    log_links: null,
  };
  // Where the words differ from instance to instance, the port of the model may stand in them: it
  // is replaced.
  for (const key of ["command", "argv", "health"] as const) {
    const own = JSON.stringify(spec[key]);
    const isShared = siblings.every((sibling) => JSON.stringify(sibling.spec[key]) === own);
    if (!isShared) trial[key] = JSON.parse(withPort(own, spec.port!, port));
  }
  return checkSpec(trial);
}

/** The same text with one port in the place of another. */
function withPort(text: string, before: number, after: number): string {
  return text.replace(new RegExp(`(?<![0-9])${before}(?![0-9])`, "g"), String(after));
}
