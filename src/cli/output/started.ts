import type { Meta } from "../../meta/metadata.ts";
import { formatDuration } from "./duration.ts";

/** Says what a process that was started, or a job that waits for its time, is, in a line. */
export function describeStarted({ name, tsm_id, pid, port, status, retry_at }: Meta): string {
  if (status === "scheduled" && retry_at !== undefined) {
    const wait = formatDuration(Math.max(0, retry_at - Date.now() / 1000));
    return `${name} (id ${tsm_id}, runs in ${wait}; 'tsm start ${name}' runs it now)`;
  }
  return `${name} (id ${tsm_id}, pid ${pid ?? "-"}${port === null ? "" : `, port ${port}`})`;
}

/** Says why a process was not started, restarted or reloaded. */
export function failure(name: string, message: string, verb = "start"): string {
  return message.startsWith("Cannot ")
    ? `tsm: ${message}`
    : `tsm: Cannot ${verb} '${name}': ${message}`;
}
