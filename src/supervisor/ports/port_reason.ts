import type { Exit } from "../launch/launch.ts";
import { deniedPortReason, type DeniedPortUser } from "./denied_port.ts";
import { choosesItsPort, type PortSibling, siblingPortReason } from "./sibling_port.ts";
import { takenPortReason } from "./taken_port.ts";
import type { Run } from "../launch/run.ts";

/**
 * Says that a run has ended because it could not have its port: another instance has it, another
 * process or program has it, or only root may listen there.
 *
 * @param ended The process, whose run has ended.
 * @param exit How it has ended.
 * @param processes All of the supervisor's.
 * @param errSize Size of its `current.err` before the launch, in bytes: what follows is of the run.
 * @returns `undefined` if there is no such reason.
 */
export async function portReason(
  ended: PortSibling & DeniedPortUser & { readonly takenOver: Run | undefined },
  exit: Exit,
  processes: readonly PortSibling[],
  errSize: number,
): Promise<string | undefined> {
  if (ended.spec.port === null && !choosesItsPort(ended)) return undefined;
  return await siblingPortReason(ended, processes, errSize) ??
    await takenPortReason(ended, exit, processes, errSize) ??
    deniedPortReason(ended, errSize);
}
