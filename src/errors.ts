/**
 * Says what was being tried when `error` happened, keeping its class.
 *
 * @example
 * ```ts
 * import { withContext } from "./errors.ts";
 *
 * withContext("Cannot start 'api'", new Deno.errors.NotFound("no such directory"));
 * // NotFound: Cannot start 'api': no such directory
 * ```
 */
export function withContext(context: string, error: unknown): Error {
  if (!(error instanceof Error)) return new Error(`${context}: ${error}`);
  const known = Object.values(Deno.errors).find((type) => error instanceof type);
  const message = error.message.startsWith("Cannot ")
    ? error.message
    : `${context}: ${error.message}`;
  return known ? new known(message) : new Error(message, { cause: error });
}

/** What an error says, whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * The end of a `switch` over a closed set of kinds: a kind that is added to the set and not
 * handled there does not pass the type check, for it is no `never`.
 *
 * @throws {Error} where a kind came from outside unchecked.
 *
 * @example
 * ```ts
 * import { unhandled } from "./errors.ts";
 *
 * function speak(kind: "cat" | "dog"): string {
 *   switch (kind) {
 *     case "cat":
 *       return "meow";
 *     case "dog":
 *       return "woof";
 *     default:
 *       return unhandled(kind);
 *   }
 * }
 * ```
 */
export function unhandled(kind: never): never {
  throw new Error(`nothing handles ${JSON.stringify(kind)}`);
}
