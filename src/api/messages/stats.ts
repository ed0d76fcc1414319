import * as v from "valibot";
import { message } from "../message.ts";

/** What a process and all that belongs to it use. */
export interface ProcessStats {
  /** Per cent of one core, since the last look. */
  readonly cpu: number;
  /** Resident memory, in KiB. */
  readonly mem: number;
  /** How many processes the tree has. */
  readonly processes: number;
}

/** By name; a process that does not run has no entry. */
export interface StatsResponse {
  readonly stats: Readonly<Record<string, ProcessStats>>;
}

/** Asks what the processes use. */
export const statsMessage = message<StatsResponse>()("stats", v.strictObject({}));
