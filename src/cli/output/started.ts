import type { Meta } from "../../meta/metadata.ts";

/** Says what a process that was started is, in a line. */
export function describeStarted({ name, tsm_id, pid, port }: Meta): string {
  return `${name} (id ${tsm_id}, pid ${pid ?? "-"}${port === null ? "" : `, port ${port}`})`;
}

/** Says why a process was not started. */
export function failure(name: string, message: string): string {
  return message.startsWith("Cannot ")
    ? `tsm: ${message}`
    : `tsm: Cannot start '${name}': ${message}`;
}
