import type { GenericSchema } from "valibot";

/**
 * One kind of action that the supervisor is asked for: `POST` on the route of its name. What the
 * client sends is checked by its schema; the schema of the answer is for whoever is not tsm.
 */
export interface Message<Request, Answer> {
  readonly name: string;
  /** What it does, in one sentence. */
  readonly summary: string;
  readonly schema: GenericSchema<unknown, Request>;
  readonly answer: GenericSchema<unknown, Answer>;
}

/**
 * Declares a message; only the compiler needs it.
 *
 * @example
 * ```ts
 * import * as v from "valibot";
 * import { message } from "./message.ts";
 *
 * const echo = message({
 *   name: "echo",
 *   summary: "Say it again",
 *   schema: v.strictObject({ say: v.string() }),
 *   answer: v.object({ said: v.string() }),
 * });
 * ```
 */
export function message<Request, Answer>(
  described: Message<Request, Answer>,
): Message<Request, Answer> {
  return described;
}
