import { request } from "../../api/client.ts";
import { pingMessage } from "../../api/messages/ping.ts";
import { readSupervisorFile, type SupervisorAddress } from "../../api/supervisor_file.ts";
import { isSupervisorAlive } from "../../api/supervisor_lock.ts";
import { messageOf, unhandled } from "../../errors.ts";
import { lstatIfThere } from "../../files/path_info.ts";
import { listProcesses } from "../../meta/list_processes.ts";
import { isAlive } from "../../process/process_table.ts";
import { readProcesses } from "../../process/linux/read_process_table.ts";
import { findLockHolder } from "../../process/linux/lock_holder.ts";
import { pidExists } from "../../process/signals.ts";
import type { RuntimeRoot } from "../../root.ts";
import { VERSION } from "../../version.ts";
import { versionOrder } from "../../version_order.ts";
import type { Context } from "../context.ts";
import type { CheckResult } from "./check_result.ts";

const check = "supervisor";
/** Milliseconds an answer may take. */
const PATIENCE = 5000;

/** Looks whether a supervisor lives, answers, and is of this version. */
export async function checkSupervisor({ root }: Context): Promise<readonly CheckResult[]> {
  if (!isSupervisorAlive(root)) return [await withoutSupervisor(root)];
  let address: SupervisorAddress | undefined;
  try {
    address = readSupervisorFile(root);
  } catch (error) {
    return [{ check, status: "problem", message: messageOf(error), fix: await endHolder(root) }];
  }
  if (address === undefined || !pidExists(address.pid)) {
    return [{
      check,
      status: "problem",
      message: `${root.supervisorLock} is held, and not by a supervisor that is ready`,
      fix: await endHolder(root),
    }];
  }
  try {
    const answer = await request(address, pingMessage, {}, { patience: PATIENCE });
    // The version in supervisor.json, not the one it answers with: other commands decide by the
    // file.
    const { version } = address;
    return [
      version === VERSION ? healthy(answer) : otherVersion(address, answer),
      ...answer.shortage
        ? [{ check: "limits", status: "problem", ...answer.shortage }] as const
        : [],
    ];
  } catch (error) {
    return [{
      check,
      status: "problem",
      message: messageOf(error),
      fix: `kill -9 ${address.pid}; its processes run on, the next command starts another`,
    }];
  }
}

function healthy({ pid, processes }: { pid: number; processes: number }): CheckResult {
  const count = processes === 1 ? "1 process" : `${processes} processes`;
  return { check, status: "ok", message: `it answers (pid ${pid}, ${count}, tsm ${VERSION})` };
}

function otherVersion(
  { version, program }: SupervisorAddress,
  { foreground }: { readonly foreground: boolean },
): CheckResult {
  const message = `it is of version ${version}, this command line of ${VERSION}`;
  const order = versionOrder(version, VERSION);
  switch (order) {
    case "same":
      return { check, status: "ok", message: `${message}, which is another build of the same` };
    case "newer":
      return {
        check,
        status: "problem",
        message: `${message}, which is older and only reads`,
        fix: `use ${program ?? `tsm ${version}`}, or remove this one`,
      };
    case "older": {
      const fix = foreground
        ? "restart the service that runs it, as in 'systemctl restart tsm'"
        : "'tsm patrol': every command that needs one replaces it, and the processes run on";
      return { check, status: "problem", message, fix };
    }
    default:
      return unhandled(order);
  }
}

async function withoutSupervisor(root: RuntimeRoot): Promise<CheckResult> {
  const running = listProcesses(root).metas.filter(({ pid }) => pid !== null);
  const table = await readProcesses(running.map(({ pid }) => pid!));
  const alive = running.filter(({ pid, pid_start }) => isAlive(table, pid, pid_start));
  const died = lstatIfThere(root.supervisorJson) !== undefined;
  if (running.length > 0) {
    return {
      check,
      status: "problem",
      message: `${died ? "it died" : "none runs"}: nobody watches over ${
        running.length === 1 ? "1 process" : `${running.length} processes`
      }, of which ${alive.length} live`,
      fix: "tsm patrol, which starts a supervisor; that adopts them",
    };
  }
  const message = "none runs; the first command that needs one starts it";
  return { check, status: "ok", message: died ? `${message} (the last one was killed)` : message };
}

/** Says how to end whoever holds the lock. */
async function endHolder(root: RuntimeRoot): Promise<string> {
  const inode = lstatIfThere(root.supervisorLock)?.ino;
  const holder = typeof inode === "number" ? await findLockHolder(inode) : undefined;
  if (holder === undefined) return `find who holds it: fuser ${root.supervisorLock}`;
  return `kill ${holder}, if it does not become ready; 'ps ${holder}' shows what it is, ` +
    `and ${root.supervisorLog} what it said`;
}
