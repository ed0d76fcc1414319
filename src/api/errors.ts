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

/** The status and body for `error`. */
export function toErrorResponse(error: unknown): { status: number; body: ErrorBody } {
  const message = error instanceof Error ? error.message : String(error);
  const known = KINDS.find(({ type }) => error instanceof type);
  return {
    status: known?.status ?? 500,
    body: { error: { kind: known?.kind ?? "failed", message } },
  };
}

/** The error that the body of a failed answer tells of. */
export function fromErrorBody(body: unknown, status: number): Error {
  const told = (body as ErrorBody | null)?.error;
  if (typeof told?.message !== "string") {
    return new Error(`the supervisor answered with status ${status} and no reason`);
  }
  const known = KINDS.find(({ kind }) => kind === told.kind);
  return known ? new known.type(told.message) : new Error(told.message);
}
