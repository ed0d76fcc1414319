import * as v from "valibot";
import type { Shortage } from "../shortage.ts";
import { message } from "../message.ts";

/** What a supervisor says of itself. */
export interface PingResponse {
  readonly pid: number;
  readonly version: string;
  /** Epoch seconds. */
  readonly started: number;
  readonly foreground: boolean;
  /** How many processes it manages. */
  readonly processes: number;
  readonly shortage?: Shortage;
}

/** Asks whether the supervisor answers. */
export const pingMessage = message<PingResponse>()("ping", v.strictObject({}));
