/**
 * How errors cross the wire: each kind that users meet has an HTTP status, and
 * is the same class again on the other side.
 *
 * @module
 */

const KINDS = [
  { kind: "invalid", status: 400, type: Deno.errors.InvalidData },
  { kind: "denied", status: 403, type: Deno.errors.PermissionDenied },
  { kind: "not-found", status: 404, type: Deno.errors.NotFound },
  { kind: "exists", status: 409, type: Deno.errors.AlreadyExists },
  { kind: "in-use", status: 409, type: Deno.errors.AddrInUse },
  { kind: "busy", status: 409, type: Deno.errors.Busy },
  { kind: "ended", status: 409, type: Deno.errors.Interrupted },
  { kind: "timed-out", status: 504, type: Deno.errors.TimedOut },
  { kind: "unavailable", status: 503, type: Deno.errors.NotConnected },
] as const;

/** The body of an answer that says what went wrong. */
export interface ErrorBody {
  readonly error: { readonly kind: string; readonly message: string };
}

/** Which kind of error it is, to be told to the other side; see {@linkcode errorOfKind}. */
export function kindOf(error: unknown): string {
  return KINDS.find(({ type }) => error instanceof type)?.kind ?? "failed";
}

/** The error that the other side has told of by its kind and message. */
export function errorOfKind(kind: string, message: string): Error {
  const known = KINDS.find((each) => each.kind === kind);
  return known ? new known.type(message) : new Error(message);
}

/** The status and body for `error`. */
export function toErrorResponse(error: unknown): { status: number; body: ErrorBody } {
  const message = error instanceof Error ? error.message : String(error);
  const kind = kindOf(error);
  const status = KINDS.find((each) => each.kind === kind)?.status ?? 500;
  return { status, body: { error: { kind, message } } };
}

/** The error that the body of a failed answer tells of. */
export function fromErrorBody(body: unknown, status: number): Error {
  const told = (body as ErrorBody | null)?.error;
  if (typeof told?.message !== "string") {
    return new Error(`the supervisor answered with status ${status} and no reason`);
  }
  return errorOfKind(told.kind, told.message);
}
