import * as v from "valibot";
import { messageOf } from "../errors.ts";
import { readTextIfThere } from "../files/read_text.ts";
import { replaceFile } from "../files/replace_file.ts";
import { listProcesses } from "../meta/list_processes.ts";
import { type Meta, writeMeta } from "../meta/metadata.ts";
import { checkSpec, readSpec, type Spec } from "../meta/spec.ts";
import { type Boot, readBoot } from "../process/linux/read_boot.ts";
import { ageOf } from "../process/linux/process_clock.ts";
import { readProcessTable } from "../process/linux/read_process_table.ts";
import { isAlive } from "../process/process_table.ts";
import { processPaths, type RuntimeRoot } from "../root.ts";
import type { ExitPoller } from "./exit_poller.ts";
import { mendBaseEnvironment } from "./mend_base_environment.ts";
import type { ManagedProcess } from "./process/managed_process.ts";
import { withUnnotedLaunch } from "./process/unnoted_launch.ts";
import {
  type DependencyProcess,
  type ResumableProcess,
  resumeInOrder,
} from "./order/dependencies.ts";
import { removeStaleSockets } from "./readiness/remove_stale_sockets.ts";
import type { Run } from "./launch/run.ts";

/** What taking over takes to know of the supervisor. */
export interface BootHost {
  readonly root: RuntimeRoot;
  readonly exitPoller: Pick<ExitPoller, "compare" | "watch">;
  readonly processes: readonly DependencyProcess[];
  process(name: string): unknown;
  /** Takes charge of a process whose directory is there. */
  manage(meta: Meta, spec: Spec, options: { readonly hasMadeUpSpec: boolean }): BootProcess;
  /** Gives an id that no process has. */
  reserveId(wanted: null): number;
  log(text: string): void;
}

/** What is done with a process that an earlier supervisor left. */
export type BootProcess =
  & ResumableProcess
  & Pick<ManagedProcess, "meta" | "endedByReboot" | "adopt">;

/**
 * Takes over what an earlier supervisor left: what lives is adopted, what died
 * is started again, what was begun is finished, and after a reboot nothing runs.
 * Processes that are managed already are left alone.
 *
 * @returns when every process is adopted or on its way.
 */
export async function takeOver(supervisor: BootHost): Promise<void> {
  const { root } = supervisor;
  const boot = await readBoot();
  const rebooted = isOtherBoot(root, boot);
  const table = await readProcessTable();
  supervisor.exitPoller.compare(table);
  // No waiting from here on: somebody else could take charge of one in between.
  const found = listProcesses(root).metas.filter(({ name, intent }) =>
    // Patrol finishes an interrupted migration first.
    supervisor.process(name) === undefined && intent !== "migrate"
  );
  // Those whose id another process has come last: by then no id is free that one of the others has.
  const ids = new Set(supervisor.processes.map(({ meta }) => meta.tsm_id));
  const twice = found.filter(({ tsm_id }) => ids.has(tsm_id) || !ids.add(tsm_id));
  const inOrder = [...found.filter((meta) => !twice.includes(meta)), ...twice];
  if (found.length > 0) mendBaseEnvironment(supervisor);
  removeStaleSockets(root, ids);
  const tasks = inOrder.map((meta) => {
    const listed = twice.includes(meta) ? withFreeId(supervisor, meta) : meta;
    const unnoted = rebooted
      ? undefined
      : withUnnotedLaunch(listed, processPaths(root, meta.name), table);
    const own = unnoted ?? listed;
    const known = knownSpec(supervisor, meta);
    const hasMadeUpSpec = known === undefined;
    const process = supervisor.manage(own, known ?? madeUpSpec(meta), { hasMadeUpSpec });
    if (rebooted) return process.endedByReboot();
    if (isAlive(table, own.pid, own.pid_start)) {
      return process.adopt(adoptedRun(supervisor, own));
    }
    return isDependent(process) ? resumeInOrder(supervisor, process) : process.resume();
  });
  // Not awaited: ending what an interrupted stop has left may take as long as its `kill_timeout`.
  for (const task of tasks) task.catch((error) => supervisor.log(messageOf(error)));
  if (rebooted) await Promise.allSettled(tasks);
  // Written last: a supervisor that dies before this does the whole boot again.
  try {
    replaceBoot(root, boot);
  } catch (error) {
    // A full disk is no reason to give up: `tsm stop` and `tsm flush`, which make room, need a
    // supervisor.
    supervisor.log(`cannot write boot.json: ${messageOf(error)}`);
  }
}

/** Whether it was about to be started and depends on other processes. */
function isDependent({ meta, spec }: BootProcess): boolean {
  return meta.status === "launching" && meta.pid === null &&
    Object.keys(spec.depends_on).length > 0;
}

/** The same with a free id, where somebody has edited its file. */
function withFreeId(supervisor: BootHost, meta: Meta): Meta {
  const tsm_id = supervisor.reserveId(null);
  supervisor.log(`${meta.name}: another process has its id ${meta.tsm_id}: it is ${tsm_id} now`);
  const changed = { ...meta, tsm_id };
  writeMeta(supervisor.root, changed);
  return changed;
}

function adoptedRun(supervisor: BootHost, meta: Meta): Run {
  const pid = meta.pid!;
  const start = meta.pid_start!;
  const exited = supervisor.exitPoller.watch(pid, start);
  return { pid, start, exited, uptime: () => ageOf(start) * 1000 };
}

/** The spec of a process, unless its `spec.json` is damaged. */
function knownSpec(supervisor: BootHost, { name }: Meta): Spec | undefined {
  try {
    return readSpec(supervisor.root, name);
  } catch (error) {
    supervisor.log(`${name}: spec.json: ${messageOf(error)}; using meta.json instead`);
    return undefined;
  }
}

/** What its `meta.json` tells of the spec of a process; the rest of it is defaults. */
function madeUpSpec({ command, cwd, interpreter, port, env_file }: Meta): Spec {
  const argv = ["/bin/sh", "-c", command];
  return checkSpec({ command, argv, cwd, interpreter, port, env_file });
}

const bootSchema = v.object({ boot_id: v.string(), pid1_start: v.nullable(v.number()) });

/** Tells whether `boot.json` is of another run of the machine, or of another machine. */
function isOtherBoot(root: RuntimeRoot, now: Boot): boolean {
  const known = readKnownBoot(root);
  return known !== undefined && !isSameBoot(known, now);
}

function replaceBoot(root: RuntimeRoot, now: Boot): void {
  const known = readKnownBoot(root);
  if (known && isSameBoot(known, now)) return;
  replaceFile(root.bootJson, `${JSON.stringify(now, null, 2)}\n`);
}

function readKnownBoot(root: RuntimeRoot): Boot | undefined {
  try {
    const known = v.safeParse(bootSchema, JSON.parse(readTextIfThere(root.bootJson) ?? "null"));
    return known.success ? known.output : undefined;
  } catch {
    return undefined;
  }
}

function isSameBoot(a: Boot, b: Boot): boolean {
  if (a.boot_id !== b.boot_id) return false;
  return a.pid1_start === b.pid1_start || a.pid1_start === null || b.pid1_start === null;
}
