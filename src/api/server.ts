/**
 * The control API: HTTP on 127.0.0.1, `POST /v1/NAME` with a JSON body and a
 * bearer token.
 *
 * @module
 */
import { timingSafeEqual } from "@std/crypto/timing-safe-equal";
import * as v from "valibot";
import { describeIssues } from "../files/describe_issues.ts";
import { toErrorResponse } from "./errors.ts";
import type { Message } from "./message.ts";

/** What answers one kind of request. */
export interface Route {
  readonly name: string;
  answer(body: unknown): Promise<unknown>;
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
  handle: (request: Request) => Promise<Response> | Response,
): Route {
  return {
    name: message.name,
    async answer(body) {
      const result = v.safeParse(message.schema, body);
      if (!result.success) throw new Deno.errors.InvalidData(describeIssues(result.issues));
      return await handle(result.output);
    },
  };
}

/** What the control API needs. */
export interface ApiOptions {
  readonly routes: readonly Route[];
  /** 64 hexadecimal digits. */
  readonly token: string;
  /** Told of errors that are no user's mistake. */
  readonly onError: (error: unknown) => void;
}

/** Makes the function that answers the requests of the control API. */
export function createApi(options: ApiOptions): (request: Request) => Promise<Response> {
  const routes = new Map(options.routes.map((route) => [`/v1/${route.name}`, route]));
  const expected = new TextEncoder().encode(`Bearer ${options.token}`);
  return async (request) => {
    try {
      if (!/^(127\.0\.0\.1|localhost):\d+$/.test(request.headers.get("host") ?? "")) {
        return refuse(421, "this API answers only to Host 127.0.0.1");
      }
      const given = new TextEncoder().encode(request.headers.get("authorization") ?? "");
      if (!timingSafeEqual(given, expected)) {
        return refuse(401, "the bearer token of runtime/supervisor.json is missing or wrong");
      }
      const { pathname } = new URL(request.url);
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
      return Response.json(await route.answer(body));
    } catch (error) {
      const { status, body } = toErrorResponse(error);
      if (status === 500) options.onError(error);
      return Response.json(body, { status });
    }
  };
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
