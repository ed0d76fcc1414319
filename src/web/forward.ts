import { problem, problemResponse } from "../api/errors.ts";

/** Where requests go, and what opens it. */
export interface Upstream {
  /** Of the supervisor's API, on 127.0.0.1. */
  readonly port: number;
  readonly token: string;
}

/** What of a request's headers the supervisor gets; of its answer's, the page. */
const ASKED = ["accept", "last-event-id"];
const ANSWERED = ["content-type"];

/**
 * Passes a request on to the supervisor, and its answer back as it comes: a stream stays one. When
 * the page goes away, so does the request.
 *
 * @param path Path and query.
 * @param body What a POST says, as JSON; without it, it is a GET.
 */
export async function forward(
  { headers, signal }: Request,
  { port, token }: Upstream,
  path: string,
  body?: unknown,
): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: {
        ...picked(headers, ASKED),
        ...body === undefined ? {} : { "content-type": "application/json" },
        authorization: `Bearer ${token}`,
      },
      ...body === undefined ? {} : { body: JSON.stringify(body) },
      redirect: "error",
      signal,
    });
  } catch {
    return unreachable();
  }
  return new Response(answer.body, {
    status: answer.status,
    headers: picked(answer.headers, ANSWERED),
  });
}

/** The answer where no supervisor is: it has gone, or is being replaced. */
export function unreachable(): Response {
  return problemResponse(problem(
    503,
    "unavailable",
    "No supervisor answers: it is being replaced, or has ended. Any command of tsm that needs one " +
      "starts it; the processes run on meanwhile.",
  ));
}

function picked(headers: Headers, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => {
    const value = headers.get(name);
    return value === null ? [] : [[name, value]];
  }));
}
