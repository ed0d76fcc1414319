import * as v from "valibot";
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
}

/** Asks whether the supervisor answers. */
export const pingMessage = message<PingResponse>()("ping", v.strictObject({}));
