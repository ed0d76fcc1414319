import type { GenericSchema } from "valibot";

/**
 * One kind of request to the supervisor: its name is its route, its schema
 * checks what the client sends. `Response` is only a type: both sides are tsm.
 */
export interface Message<Request, Response> {
  readonly name: string;
  readonly schema: GenericSchema<unknown, Request>;
  /** Never set; carries the type of the answer. */
  readonly response?: Response;
}

/**
 * Declares a message.
 *
 * @example
 * ```ts
 * import * as v from "valibot";
 * import { message } from "./message.ts";
 *
 * const echo = message<{ said: string }>()("echo", v.object({ say: v.string() }));
 * ```
 */
export function message<Response>() {
  return <Request>(
    name: string,
    schema: GenericSchema<unknown, Request>,
  ): Message<Request, Response> => ({ name, schema });
}
