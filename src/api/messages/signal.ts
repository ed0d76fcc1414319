import * as v from "valibot";
import { message } from "../message.ts";
import { selectorsSchema } from "../selectors.ts";

/** The processes that got the signal. */
export interface SignalResponse {
  readonly signalled: readonly { readonly name: string; readonly pid: number }[];
}

/** Sends a signal to the processes themselves, not to their children. */
export const signalMessage = message<SignalResponse>()(
  "signal",
  v.strictObject({ signal: v.string(), selectors: selectorsSchema }),
);
