import type { GenericSchema } from "valibot";

/**
 * What a client takes to know of a message: its name. What is sent and what is answered only the
 * compiler knows; nothing is ever in `types`.
 */
export interface NamedMessage<Request, Answer> {
  readonly name: string;
  readonly types?: { readonly request: Request; readonly answer: Answer };
}

/**
 * One kind of action that the supervisor is asked for: `POST` on the route of its name. What the
 * client sends is checked by its schema; the schema of the answer is for whoever is not tsm.
 */
export interface Message<Request, Answer> extends NamedMessage<Request, Answer> {
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

/**
 * A message by its name, for a command line that is not to load its schemas, and the library that
 * checks by them: they take some 3 ms of a start.
 *
 * @example
 * ```ts
 * import { namedMessage } from "./message.ts";
 * import type { pingMessage } from "./messages/ping.ts";
 *
 * const ping = namedMessage<typeof pingMessage>("ping");
 * ```
 */
export function namedMessage<Described extends NamedMessage<unknown, unknown>>(
  name: string,
): NamedMessage<TypesOf<Described>["request"], TypesOf<Described>["answer"]> {
  return { name };
}

type TypesOf<Described extends NamedMessage<unknown, unknown>> = NonNullable<Described["types"]>;
