/**
 * The control API: HTTP on 127.0.0.1 with a bearer token. `POST /v1/NAME` with a JSON body does
 * something, `GET` reads; `GET /metrics` has a token of its own as well.
 *
 * @module
 */
import * as v from "valibot";
import { describeIssues } from "../../files/describe_issues.ts";
import {
  accessOf,
  isForThisMachine,
  isOfAnotherSite,
  METRICS_PATH,
  type Tokens,
} from "./access.ts";
import type { Connection, RequestHandler } from "./bounded_server.ts";
import { problem, problemResponse, toProblem } from "../errors.ts";
import type { DeepReadonly } from "../answer.ts";
import type { Message } from "../message.ts";
import type { ReadRoute } from "./read_route.ts";
import { readRequestId, type RequestId } from "../request_id.ts";

/** What answers one kind of request. */
export interface Route {
  readonly name: string;
  /** @param id What tells the request from all others, where the client has said so. */
  answer(body: unknown, id?: RequestId): Promise<unknown>;
}

/** The largest body that is read, in bytes: two whole environments of the kernel's limit. */
export const MAX_BODY = 8 * 1024 * 1024;

/**
 * Joins a message with what answers it.
 *
 * @throws {Deno.errors.InvalidData} from `answer`, if the body does not fit the message.
 */
export function route<Request, Response>(
  message: Message<Request, Response>,
  handle: (
    request: Request,
    id?: RequestId,
  ) => Promise<DeepReadonly<Response>> | DeepReadonly<Response>,
): Route {
  return {
    name: message.name,
    async answer(body, id) {
      const result = v.safeParse(message.schema, body);
      if (!result.success) throw new Deno.errors.InvalidData(describeIssues(result.issues));
      return await handle(result.output, id);
    },
  };
}

/** What answers `GET /metrics`. */
export interface MetricsSource {
  /** @param accept The `Accept` header of whoever asks. */
  expose(accept: string | null): Promise<{ readonly contentType: string; readonly text: string }>;
}

/** What the control API needs. */
export interface ApiOptions {
  readonly routes: readonly Route[];
  /** Loads what answers `GET`, when somebody asks for the first time. */
  readonly reads?: () => Promise<readonly ReadRoute[]>;
  readonly tokens: Tokens;
  readonly metrics?: MetricsSource;
  /** Told of errors that are no user's mistake. */
  readonly onError: (error: unknown) => void;
}

/** Makes what answers the requests of the control API, and says whom it knows. */
export function createApi(options: ApiOptions): RequestHandler {
  const routes = new Map(options.routes.map((route) => [`/v1/${route.name}`, route]));
  return {
    admits: (request) =>
      isForThisMachine(request) && !isOfAnotherSite(request) &&
      accessOf(request, options.tokens) !== undefined,
    async answer(request, connection) {
      try {
        return refusal(request, options.tokens) ?? await answer(request, connection);
      } catch (error) {
        const told = toProblem(error);
        if (told.status === 500) options.onError(error);
        return problemResponse(told);
      }
    },
  };

  async function answer(request: Request, connection: Connection): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    if (options.metrics && pathname === METRICS_PATH) {
      return request.method === "GET"
        ? await exposeMetrics(options.metrics, request)
        : wrongMethod(pathname, "GET");
    }
    const route = routes.get(pathname);
    if (route && request.method === "POST") return await act(route, request);
    for (const read of await options.reads?.() ?? []) {
      const match = read.match(pathname);
      if (!match) continue;
      if (request.method !== "GET") return wrongMethod(pathname, "GET");
      return await read.answer({ ...match, searchParams, headers: request.headers, connection });
    }
    return route
      ? wrongMethod(pathname, "POST")
      : refuse(404, `there is no request '${pathname}'; 'tsm api openapi' lists them`);
  }
}

/** Why a request is not even looked at, if so. */
function refusal(request: Request, tokens: Tokens): Response | undefined {
  if (!isForThisMachine(request)) return refuse(421, "this API answers only to Host 127.0.0.1");
  if (isOfAnotherSite(request)) return refuse(403, "this API answers no page of another origin");
  const { pathname } = new URL(request.url);
  const access = accessOf(request, tokens);
  if (access === undefined) {
    const file = pathname === METRICS_PATH ? "'tsm token metrics'" : "runtime/supervisor.json";
    return refuse(401, `the bearer token of ${file} is missing or wrong`, {
      "www-authenticate": "Bearer",
    });
  }
  if (access !== "all" && request.method !== "GET") {
    return refuse(403, "this token may only read; the one of runtime/supervisor.json may do more");
  }
  return undefined;
}

async function exposeMetrics(metrics: MetricsSource, { headers }: Request): Promise<Response> {
  const { contentType, text } = await metrics.expose(headers.get("accept"));
  return new Response(text, { headers: { "content-type": contentType } });
}

async function act(route: Route, request: Request): Promise<Response> {
  const text = await readBody(request);
  if (text === undefined) return refuse(413, `a request has at most ${MAX_BODY} bytes`);
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (error) {
    throw new Deno.errors.InvalidData(`the body is not JSON: ${(error as Error).message}`);
  }
  return Response.json(await route.answer(body, readRequestId(request.headers)));
}

function wrongMethod(pathname: string, method: string): Response {
  return refuse(405, `'${pathname}' takes ${method}`, { allow: method });
}

function refuse(
  status: number,
  detail: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return problemResponse(problem(status, "refused", detail), headers);
}

/** Reads the body as text, or gives `undefined` if it is too large. */
async function readBody(request: Request): Promise<string | undefined> {
  if (Number(request.headers.get("content-length") ?? 0) > MAX_BODY) return undefined;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.length;
    if (size > MAX_BODY) return undefined;
    chunks.push(chunk);
  }
  return await new Blob(chunks as BlobPart[]).text();
}
