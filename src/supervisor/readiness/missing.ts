import type { HealthState } from "../../api/schemas/health.ts";
import { unhandled } from "../../errors.ts";
import type { Spec } from "../../meta/spec.ts";
import { listensOn, readListeningPorts } from "../../process/linux/port.ts";
import { isLogPattern } from "../../settings/table/log_pattern.ts";
import type { Run } from "../launch/run.ts";
import type { OutputSearch } from "./output_search.ts";

/** What is known of a process that is waited for. */
export interface AwaitedProcess {
  readonly spec: Pick<Spec, "wait_ready" | "port" | "share_port">;
  /** Its present run. */
  readonly run: Run | undefined;
  /** How its present run is doing, where it has a health check. */
  readonly health: HealthState | undefined;
}

/**
 * What a process still lacks to be ready, as its `wait_ready` has it, if anything. Of one that says
 * itself when it is ready, that it has not; its word is heard elsewhere.
 *
 * @param output Searches what it writes, where it waits for a line of that.
 */
export async function missingFor(
  { spec, health, run }: AwaitedProcess,
  output: Pick<OutputSearch, "look"> | undefined,
): Promise<string | undefined> {
  const { wait_ready } = spec;
  if (isLogPattern(wait_ready)) {
    const pattern = wait_ready.slice("log:".length);
    return await output?.look() ? undefined : `no line of its output matches ${pattern}`;
  }
  switch (wait_ready) {
    case null:
      return undefined;
    case "port":
      return await missingListener(spec, run);
    case "health":
      return missingHealth(health);
    case "notify":
      return "it has not said READY=1 on its NOTIFY_SOCKET";
    case "message":
      return `it has not called process.send("ready")`;
    default:
      return unhandled(wait_ready);
  }
}

/** What a process with a health check lacks to be healthy, if anything. */
export function missingHealth(health: HealthState | undefined): string | undefined {
  if (health?.status === "healthy") return undefined;
  return `it is not healthy: ${health?.reason ?? "not checked yet"}`;
}

/**
 * What is missing where a process is to listen on its port, if anything. Where it shares the port,
 * it must do so by a socket of its own: others listen there before it does.
 */
export async function missingListener(
  { port, share_port }: Pick<Spec, "port" | "share_port">,
  run: Run | undefined,
): Promise<string | undefined> {
  if (port === null) return undefined;
  if (share_port) {
    const listens = run !== undefined && await listensOn(run.pid, port);
    return listens ? undefined : `it does not listen on port ${port}`;
  }
  const ports = await readListeningPorts();
  return ports.has(port) ? undefined : `nobody listens on port ${port}`;
}
