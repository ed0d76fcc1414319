import * as v from "valibot";
import { messageOf } from "../errors.ts";
import { readTextIfThere } from "../files/read_text.ts";
import { removeTree, replaceFile } from "../files/replace_file.ts";
import { listProcesses } from "../meta/list_processes.ts";
import type { Meta } from "../meta/metadata.ts";
import { checkSpec, readSpec, type Spec } from "../meta/spec.ts";
import { isAlive, parseRecord, readProcessTable } from "../process/process_table.ts";
import { runShell } from "../process/run_shell.ts";
import type { RuntimeRoot } from "../root.ts";
import type { Run } from "./managed_process.ts";
import type { Supervisor } from "./supervisor.ts";

/**
 * Takes over what an earlier supervisor left: what lives is adopted, what died
 * is started again, what was begun is finished, and after a reboot nothing runs.
 *
 * @returns when every process is adopted or on its way.
 */
export async function takeOver(supervisor: Supervisor): Promise<void> {
  const { root } = supervisor;
  for (const { name } of Deno.readDirSync(root.processes)) {
    if (name.startsWith(".")) removeTree(`${root.processes}/${name}`);
  }
  // First of all: a rotation that was interrupted may have left a service frozen.
  await supervisor.logKeeper.finishInterrupted();
  const rebooted = await noteBoot(root);
  const { metas, unreadable } = listProcesses(root);
  for (const { name, reason } of unreadable) supervisor.log(`passing over '${name}': ${reason}`);
  if (metas.length === 0) return;
  const table = await readProcessTable();
  const tasks: Promise<void>[] = [];
  for (const meta of metas) {
    const process = supervisor.manage(meta, specFor(supervisor, meta));
    if (rebooted) tasks.push(process.endedByReboot());
    else if (isAlive(table, meta.pid, meta.pid_start)) {
      tasks.push(process.adopt(adoptedRun(supervisor, meta)));
    } else tasks.push(process.resume());
  }
  // Ending an interrupted stop may take its time; nobody waits for that.
  for (const task of tasks) task.catch((error) => supervisor.log(messageOf(error)));
}

function adoptedRun(supervisor: Supervisor, meta: Meta): Run {
  const pid = meta.pid!;
  const start = meta.pid_start!;
  const startedAt = (meta.start_time ?? 0) * 1000;
  const exited = supervisor.exitPoller.watch(pid, start);
  return { pid, start, exited, uptime: () => Date.now() - startedAt };
}

/** The spec of a process, or, where that is damaged, what its `meta.json` lets us know. */
function specFor(supervisor: Supervisor, meta: Meta): Spec {
  try {
    return readSpec(supervisor.root, meta.name);
  } catch (error) {
    supervisor.log(`${meta.name}: spec.json: ${messageOf(error)}; using meta.json instead`);
    const { command, cwd, interpreter, port, env_file } = meta;
    const argv = ["/bin/sh", "-c", command];
    return checkSpec({ command, argv, cwd, interpreter, port, env_file });
  }
}

const bootSchema = v.object({ boot_id: v.string(), pid1_start: v.number() });

/**
 * Compares `boot.json` with the running system, and writes it.
 *
 * @returns whether the machine was rebooted since the last time.
 */
async function noteBoot(root: RuntimeRoot): Promise<boolean> {
  const [bootId = "", ...stat] = (await runShell(
    "cat /proc/sys/kernel/random/boot_id /proc/1/stat",
  )).trimEnd().split("\n");
  const now = { boot_id: bootId, pid1_start: parseRecord(stat.join("\n")).start };
  let before: unknown;
  try {
    before = JSON.parse(readTextIfThere(root.bootJson) ?? "null");
  } catch {
    before = null;
  }
  const known = v.safeParse(bootSchema, before);
  const same = known.success && known.output.boot_id === now.boot_id &&
    known.output.pid1_start === now.pid1_start;
  if (!same) replaceFile(root.bootJson, `${JSON.stringify(now, null, 2)}\n`);
  return known.success && !same;
}
