/**
 * The control API: HTTP on 127.0.0.1, `POST /v1/NAME` with a JSON body and a
 * bearer token; and `GET /metrics`, which has a token of its own as well.
 *
 * @module
 */
import { timingSafeEqual } from "@std/crypto/timing-safe-equal";
import * as v from "valibot";
import { describeIssues } from "../files/describe_issues.ts";
import { toErrorResponse } from "./errors.ts";
import type { RequestHandler } from "./bounded_server.ts";
import type { Message } from "./message.ts";
import { readRequestId, type RequestId } from "./request_id.ts";

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
  handle: (request: Request, id?: RequestId) => Promise<Response> | Response,
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
  /** The token that opens nothing else, if there is one. */
  token(): string | undefined;
  /** @param accept The `Accept` header of whoever asks. */
  expose(accept: string | null): Promise<{ readonly contentType: string; readonly text: string }>;
}

/** What the control API needs. */
export interface ApiOptions {
  readonly routes: readonly Route[];
  /** 64 hexadecimal digits. */
  readonly token: string;
  readonly metrics?: MetricsSource;
  /** Told of errors that are no user's mistake. */
  readonly onError: (error: unknown) => void;
}

/** Makes what answers the requests of the control API, and says whom it knows. */
export function createApi(options: ApiOptions): RequestHandler {
  const routes = new Map(options.routes.map((route) => [`/v1/${route.name}`, route]));
  const { metrics } = options;
  const isOpenedBy = (request: Request, token: string) => {
    const given = new TextEncoder().encode(request.headers.get("authorization") ?? "");
    return timingSafeEqual(given, new TextEncoder().encode(`Bearer ${token}`));
  };
  const opensMetrics = (request: Request) => {
    const own = metrics && new URL(request.url).pathname === "/metrics" && metrics.token();
    return !!own && isOpenedBy(request, own);
  };
  const admits = (request: Request) =>
    isForThisMachine(request) && (isOpenedBy(request, options.token) || opensMetrics(request));
  const answer = async (request: Request) => {
    try {
      if (!isForThisMachine(request)) return refuse(421, "this API answers only to Host 127.0.0.1");
      const { pathname } = new URL(request.url);
      if (!admits(request)) {
        return refuse(401, `the bearer token of ${tokenFile(pathname)} is missing or wrong`);
      }
      if (metrics && pathname === "/metrics") {
        if (request.method !== "GET") return refuse(405, `'${pathname}' takes GET`);
        const { contentType, text } = await metrics.expose(request.headers.get("accept"));
        return new Response(text, { headers: { "content-type": contentType } });
      }
      const route = routes.get(pathname);
      if (!route) return refuse(404, `there is no request '${pathname}'`);
      if (request.method !== "POST") return refuse(405, `'${pathname}' takes POST`);
      const text = await readBody(request);
      if (text === undefined) return refuse(413, `a request has at most ${MAX_BODY} bytes`);
      let body: unknown;
      try {
        body = JSON.parse(text);
      } catch (error) {
        return refuse(400, `the body is not JSON: ${(error as Error).message}`);
      }
      return Response.json(await route.answer(body, readRequestId(request.headers)));
    } catch (error) {
      const { status, body } = toErrorResponse(error);
      if (status === 500) options.onError(error);
      return Response.json(body, { status });
    }
  };
  return { admits, answer };
}

/**
 * Whether a request was sent to this machine by its own names. A page in a browser can have a name
 * of its own lead to 127.0.0.1 (DNS rebinding) and send requests from here: their `Host` is that
 * name.
 */
function isForThisMachine(request: Request): boolean {
  return /^(127\.0\.0\.1|localhost):\d+$/.test(request.headers.get("host") ?? "");
}

function tokenFile(pathname: string): string {
  return pathname === "/metrics" ? "'tsm token metrics'" : "runtime/supervisor.json";
}

function refuse(status: number, message: string): Response {
  return Response.json({ error: { kind: status === 400 ? "invalid" : "refused", message } }, {
    status,
  });
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
