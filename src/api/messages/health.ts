import * as v from "valibot";
import { message } from "../message.ts";

/** How a process that has a health check is doing. */
export interface HealthState {
  /** `starting`: it has not been healthy yet. */
  readonly status: "starting" | "healthy" | "unhealthy";
  /** Epoch seconds of the last check. */
  readonly checked_at: number | null;
  /** How often in a row it has failed. */
  readonly failures: number;
  /** What was wrong at the last check. */
  readonly reason: string | null;
}

/** By name; a process that has no check or does not run has no entry. */
export interface HealthResponse {
  readonly health: Readonly<Record<string, HealthState>>;
}

/** Asks for the health of all processes. */
export const healthMessage = message<HealthResponse>()("health", v.strictObject({}));
