import { listProcesses } from "../../meta/list_processes.ts";
import { isRunning } from "../../meta/status.ts";
import type { Meta } from "../../meta/metadata.ts";
import {
  findPortHolder,
  listensOn,
  type PortHolder,
  readListeningPorts,
} from "../../process/linux/port.ts";
import { readCommandLine } from "../../process/linux/live_process.ts";
import type { Context } from "../context.ts";
import type { Check, CheckResult } from "./check_result.ts";

/** Makes the check that tells who listens on `port`, and whether it is who is meant to. */
export function checkPort(port: number): Check {
  return (context) => holderOf(context, port);
}

async function holderOf({ root }: Context, port: number): Promise<readonly CheckResult[]> {
  const check = `port ${port}`;
  const { metas } = listProcesses(root);
  const meant = metas.find((meta) => meta.port === port && isRunning(meta.status));
  const inode = (await readListeningPorts()).get(port);
  if (inode === undefined) {
    if (!meant) return [{ check, status: "ok", message: "nobody listens on it" }];
    return [{
      check,
      status: "problem",
      message: `'${meant.name}' is ${meant.status} and does not listen on it`,
      fix: `tsm logs ${meant.name}; it is to listen on the port in its variable PORT`,
    }];
  }
  const holder = await findPortHolder(inode);
  if (!holder) {
    return [{
      check,
      status: "problem",
      message: "it is held by another user's process, which you may not see",
      fix: `sudo tsm doctor port ${port}`,
    }];
  }
  const ours = metas.find(({ pid }) => pid === holder.pid || pid === holder.session);
  if (ours) {
    const others = await sharingWith(ours, metas, port);
    const message = `it is held by '${ours.name}' (pid ${holder.pid})` +
      (others.length === 0 ? "" : `, and shared by ${others.join(", ")}`);
    // One without a port of its own may listen where it likes.
    if (ours.port === port || ours.port === null) return [{ check, status: "ok", message }];
    return [{
      check,
      status: "problem",
      message: `${message}, which is meant to listen on ${ours.port}`,
      fix: `tsm stop --keep ${ours.name}; it is to listen on the port in its variable PORT`,
    }];
  }
  return [{
    check,
    status: "problem",
    message: `it is held by pid ${holder.pid}: ${await commandLine(holder)}`,
    fix: `kill ${holder.pid}, or 'tsm start --port auto' for another port`,
  }];
}

/** The others on the list that listen on the port too, by sockets of their own. */
async function sharingWith(ours: Meta, metas: readonly Meta[], port: number): Promise<string[]> {
  const sharing: string[] = [];
  for (const other of metas) {
    if (other === ours || other.port !== port || other.pid === null) continue;
    if (await listensOn(other.pid, port)) sharing.push(`'${other.name}' (pid ${other.pid})`);
  }
  return sharing;
}

async function commandLine({ pid, comm }: PortHolder): Promise<string> {
  return await readCommandLine(pid) || comm;
}
