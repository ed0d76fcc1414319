import type { Failure } from "../../api/failure.ts";
import type { ScaleResponse } from "../../api/messages/scale.ts";
import { messageOf } from "../../errors.ts";
import type { Meta } from "../../meta/metadata.ts";
import { instancePort } from "../../meta/instance_identity.ts";
import { checkSpec, type Spec } from "../../meta/spec.ts";
import { readDifference } from "../../program/environment.ts";
import { readListeningPorts } from "../../process/linux/port.ts";
import { awaitReady } from "../start/await_ready.ts";
import { inParallel } from "../../async/in_parallel.ts";
import { appName } from "./instances.ts";
import type { ManagedProcess } from "../process/managed_process.ts";
import { checkedName } from "../start/new_process.ts";
import { noteFailure } from "../note_failure.ts";
import { claimantOf, portClaimedError } from "../ports/port_claim.ts";
import { portHeldError } from "../start/port_use.ts";
import type { Supervisor } from "../supervisor.ts";

/** An instance that is about to be made. */
interface NewInstance {
  readonly name: string;
  readonly spec: Spec;
}

/**
 * Changes how many instances an app has: new ones are made after the model of one that runs; where
 * there are too many, those of the highest numbers are stopped and removed.
 *
 * New ones are all on the disk before the first one is started, and those that go are
 * all marked before the first one is gone: a supervisor killed meanwhile leaves the rest
 * to the next one.
 *
 * @param instances All instances of the app; those that are being removed do not count.
 * @param change How many there are to be, at least 1, or how many more than there are.
 * @throws {Deno.errors.InvalidData} if there cannot be so many; nothing is changed then.
 * @throws {Deno.errors.NotFound} if all of them are being removed.
 * @throws {Deno.errors.AddrInUse} if the port of a new one is held or claimed by somebody.
 */
export async function scale(
  supervisor: Supervisor,
  instances: readonly ManagedProcess[],
  { relative, number }: { readonly relative: boolean; readonly number: number },
): Promise<ScaleResponse> {
  const present = instances.filter(({ meta }) => meta.intent !== "delete");
  const wanted = relative ? present.length + number : number;
  const model = present.find(({ run }) => run) ?? present[0];
  if (model === undefined) {
    throw new Deno.errors.NotFound("it is just being stopped and removed; start it anew");
  }
  const app = appName(model);
  if (wanted < 1 || wanted > 1000) {
    throw new Deno.errors.InvalidData(
      `there can be 1 to 1000 instances, not ${wanted}; 'tsm stop ${app}' stops and removes all`,
    );
  }
  const taken = new Set(instances.map(({ spec }) => spec.instance));
  const added = newInstances(model, app, taken, { wanted, count: wanted - present.length });
  const isShared = model.spec.share_port && instances.some(({ run }) => run);
  await refuseTaken(supervisor, added, { isShared });
  await supervisor.makeRoomFor(added.length);
  // No `await` from here until all is noted: another request would see half of the change, and a
  // port that is found free could be claimed.
  for (const instance of added) {
    const claimant = claimantOf(supervisor.processes, instance.spec.port, instance);
    if (claimant && !instances.includes(claimant)) throw portClaimedError(claimant);
  }
  const requestedAt = performance.now();
  const environment = readDifference(supervisor.root, model.meta.name);
  const failed: Failure[] = [];
  const isJob = model.spec.schedule !== null;
  const state = isJob ? { status: "scheduled" } as const : {};
  const created = added.flatMap(({ name, spec }) => {
    try {
      return [supervisor.create(name, spec, environment, state)];
    } catch (error) {
      failed.push({ name, reason: messageOf(error) });
      return [];
    }
  });
  const leaving = present.slice(Math.min(wanted, present.length));
  const staying = present.slice(0, wanted);
  const gone = leaving.map((process) => process.stop(false));
  const amended = staying.map((process) => process.amend({ app, instances: wanted }));
  const started: Meta[] = [];
  await inParallel(created, (process) =>
    noteFailure(failed, process.meta.name, async () => {
      // A job runs when its time comes, and not because there is one more of it.
      if (isJob) await process.awaitSchedule();
      else await awaitReady(process, await process.start(requestedAt), { wait: 0, errSize: 0 });
      started.push(process.meta);
    }));
  await Promise.all([...gone, ...amended]);
  started.sort((a, b) => a.tsm_id - b.tsm_id);
  const stopped = leaving.map(({ meta }) => meta.name);
  return { app, instances: wanted, started, stopped, failed };
}

function newInstances(
  model: ManagedProcess,
  app: string,
  taken: ReadonlySet<number>,
  { wanted, count }: { readonly wanted: number; readonly count: number },
): NewInstance[] {
  const { spec } = model;
  const added: NewInstance[] = [];
  for (let instance = 0; added.length < count; instance++) {
    if (taken.has(instance)) continue;
    const { share_port, port_increment: increment } = spec;
    const port = spec.port === null
      ? null
      : instancePort(spec.port, instance - spec.instance, { increment, share_port });
    added.push({
      // It may be the second one, and is to have its number.
      name: checkedName(app, { instance, instances: Math.max(2, wanted), port, share_port }),
      spec: checkSpec({ ...spec, app, instance, instances: wanted, port }),
    });
  }
  return added;
}

async function refuseTaken(
  supervisor: Supervisor,
  added: readonly NewInstance[],
  { isShared }: { readonly isShared: boolean },
): Promise<void> {
  const listening = !isShared && added.some(({ spec }) => spec.port !== null)
    ? await readListeningPorts()
    : new Map<number, string>();
  for (const { name, spec: { port } } of added) {
    if (supervisor.process(name)) {
      throw new Deno.errors.AlreadyExists(
        `a new instance would be called '${name}', as a process is already; stop that one first`,
      );
    }
    const inode = port === null ? undefined : listening.get(port);
    if (port !== null && inode !== undefined) {
      throw await portHeldError(supervisor.processes, port, inode);
    }
  }
}
