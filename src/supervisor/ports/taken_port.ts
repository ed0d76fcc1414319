import { lastLines } from "../../logs/last_lines.ts";
import type { Meta } from "../../meta/metadata.ts";
import type { Spec } from "../../meta/spec.ts";
import { listensOn, readListeningPorts } from "../../process/linux/port.ts";
import type { Exit } from "../launch/launch.ts";
import type { Run } from "../launch/run.ts";

/** What looking for a taken port takes to know of a process. */
interface PortUser {
  readonly meta: Pick<Meta, "name" | "port">;
  readonly spec: Pick<Spec, "port" | "share_port">;
  readonly run: Pick<Run, "pid"> | undefined;
}

/** How programs say that a port cannot be bound: the message of the system, and node's name of it. */
export const IN_USE = /address (already )?in use|EADDRINUSE|AddrInUse/i;

/**
 * Says that a process which is to share its port has ended because it could not: another one has
 * the port, and the program does not set SO_REUSEPORT. The system tells that to the program alone.
 * A program that says nothing and exits with 0 is taken to have ended for that too, as one does
 * whose only server fails to listen without anybody looking.
 *
 * @param ended The process, whose run has ended.
 * @param exit How it has ended.
 * @param processes All of the supervisor's.
 * @param errSize Size of its `current.err` before the launch, in bytes: what follows is of the run.
 * @returns `undefined` if there is no such reason.
 */
export async function takenPortReason(
  ended: PortUser & {
    readonly directory: { readonly errPath: string };
    readonly takenOver: Pick<Run, "pid"> | undefined;
  },
  exit: Exit,
  processes: readonly PortUser[],
  errSize: number,
): Promise<string | undefined> {
  const { spec: { port, share_port }, meta: { name }, takenOver } = ended;
  if (!share_port || port === null) return undefined;
  const lines = lastLines(ended.directory.errPath, 20, errSize);
  const isSilent = exit.code === 0 && lines.length === 0;
  if (!isSilent && !lines.some((line) => IN_USE.test(line))) return undefined;
  if (!(await readListeningPorts()).has(port)) return undefined;
  if (takenOver && await listensOn(takenOver.pid, port)) return takenPort(port, "its present run");
  for (const { meta, run } of processes) {
    if (meta.name === name || meta.port !== port || !run) continue;
    if (await listensOn(run.pid, port)) return takenPort(port, meta.name);
  }
  return takenPort(port, "another program");
}

/** Says that a program cannot bind its port, as it does not share it with who has it. */
export function takenPort(port: number, holder: string): string {
  return `port ${port} is taken by ${holder}, and this program does not share it`;
}
