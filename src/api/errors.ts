/**
 * How errors cross the wire: as problem details (RFC 9457, `application/problem+json`). Each kind
 * that users meet has an HTTP status, and is the same class again on the other side.
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
  { kind: "overloaded", status: 503, type: Deno.errors.WouldBlock },
] as const;

/**
 * Every kind of problem: those of a class of errors, `refused` for a request that is none of this
 * API or may not be made, and `failed` for anything else.
 */
export const PROBLEM_KINDS: readonly string[] = [
  ...KINDS.map(({ kind }) => kind),
  "refused",
  "failed",
];

/** What HTTP calls the statuses that are answered. */
const TITLES: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
  413: "Content Too Large",
  421: "Misdirected Request",
  500: "Internal Server Error",
  503: "Service Unavailable",
  504: "Gateway Timeout",
};

/** The media type of a {@linkcode Problem}. */
export const PROBLEM_TYPE = "application/problem+json";

/** The body of an answer that says what went wrong: RFC 9457, with a `kind` for programs. */
export interface Problem {
  /** Always `about:blank`: the status and the kind say which problem it is. */
  readonly type: string;
  /** What HTTP calls the status. */
  readonly title: string;
  readonly status: number;
  /** What was asked, why it failed, what to do next: for people. */
  readonly detail: string;
  /** One of {@linkcode PROBLEM_KINDS}. */
  readonly kind: string;
  /** The same as versions before 0.2 read it, which may ask a supervisor of this one. */
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

/**
 * Says what went wrong.
 *
 * @param status Of HTTP.
 *
 * @example
 * ```ts
 * import { problem } from "./errors.ts";
 *
 * problem(404, "not-found", "there is no process 'api'").title; // "Not Found"
 * ```
 */
export function problem(status: number, kind: string, detail: string): Problem {
  return {
    type: "about:blank",
    title: TITLES[status] ?? "Error",
    status,
    detail,
    kind,
    error: { kind, message: detail },
  };
}

/** What is told of an error. */
export function toProblem(error: unknown): Problem {
  const kind = kindOf(error);
  const status = KINDS.find((each) => each.kind === kind)?.status ?? 500;
  return problem(status, kind, error instanceof Error ? error.message : String(error));
}

/** The answer that carries a problem. */
export function problemResponse(
  told: Problem,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(JSON.stringify(told), {
    status: told.status,
    headers: {
      "content-type": PROBLEM_TYPE,
      // The one status that asks to come again.
      ...told.status === 503 ? { "retry-after": "1" } : {},
      ...headers,
    },
  });
}

/** The error that the body of a failed answer tells of, by a supervisor of any version. */
export function fromProblem(body: unknown, status: number): Error {
  const { kind, detail, error } = (body ?? {}) as Partial<Problem>;
  if (typeof kind === "string" && typeof detail === "string") return errorOfKind(kind, detail);
  if (typeof error?.message === "string") return errorOfKind(error.kind, error.message);
  return new Error(`the supervisor answered with status ${status} and no reason`);
}
