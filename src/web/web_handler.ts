/**
 * What the page's server answers: the files of the page to anybody on this machine, everything else
 * to pages that have shown the word of a link.
 *
 * @module
 */
import { isForThisMachine, isOfAnotherSite } from "../api/server/access.ts";
import type { Connection, RequestHandler } from "../api/server/bounded_server.ts";
import { problem, problemResponse } from "../api/errors.ts";
import { connectionUser } from "../process/linux/connection_user.ts";
import { forward, unreachable, type Upstream } from "./forward.ts";
import { readPageAction } from "./page_actions.ts";
import type { PageFile } from "./page_files.ts";
import { REPORT_PATH, reportFile } from "./report_file.ts";
import type { Sessions } from "./sessions.ts";

/** The largest body that a page may send, in bytes. */
const MAX_BODY = 64 * 1024;

/** What a {@linkcode createWebHandler} works with. */
export interface WebOptions {
  readonly files: ReadonlyMap<string, PageFile>;
  readonly sessions: Sessions;
  /** The port it listens on. */
  readonly port: number;
  /** Whether pages may only look. */
  readonly isReadOnly: boolean;
  /** Shown in the page. */
  readonly about: { readonly version: string; readonly root: string };
  /** Where the supervisor listens now, and the token that is held; `undefined`: there is none. */
  readonly upstream: () => Upstream | undefined;
}

/**
 * The page may load nothing from elsewhere and run nothing but its own script; no other page may
 * frame it.
 */
const SAFETY: Readonly<Record<string, string>> = {
  "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; " +
    "connect-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; " +
    "form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store",
};

/** Makes what answers the requests of pages. */
export function createWebHandler(options: WebOptions): RequestHandler {
  return {
    admits: (request) =>
      isForThisMachine(request) && !isOfAnotherSite(request) &&
      sessionOf(request, options) !== undefined,
    async answer(request, connection) {
      const response = await answer(request, connection, options);
      for (const [name, value] of Object.entries(SAFETY)) response.headers.set(name, value);
      return response;
    },
  };
}

async function answer(
  request: Request,
  connection: Connection,
  options: WebOptions,
): Promise<Response> {
  if (!isForThisMachine(request)) return refuse(WRONG_HOST);
  if (isOfAnotherSite(request)) return refuse(WRONG_ORIGIN);
  const { pathname, search } = new URL(request.url);
  const file = options.files.get(pathname);
  if (file !== undefined) {
    if (request.method !== "GET") return refuseMethod(pathname, "GET");
    return new Response(file.text, { headers: { "content-type": file.type } });
  }
  if (pathname === "/session") {
    if (request.method !== "POST") return refuseMethod(pathname, "POST");
    return await openSession(request, connection, options);
  }
  const isReport = pathname === REPORT_PATH;
  if (!isReport && !pathname.startsWith("/v1/")) return refuse(notFound(pathname));
  const session = sessionOf(request, options);
  if (session === undefined) return refuse(NO_SESSION);
  const upstream = options.upstream();
  if (upstream === undefined) return unreachable();
  if (options.isReadOnly && session.token !== upstream.token) return refuse(WITHDRAWN);
  if (isReport) return await reportFile(new URLSearchParams(search).get("since") ?? "7d");
  if (request.method === "GET") return await forward(request, upstream, `${pathname}${search}`);
  if (request.method !== "POST") return refuseMethod(pathname, "GET or POST");
  if (options.isReadOnly) return refuse(READ_ONLY);
  const body = await readBody(request);
  const wanted = body && readPageAction(pathname.slice("/v1/".length), body.value);
  if (wanted === undefined) return refuse(notFound(pathname));
  return await forward(request, upstream, pathname, wanted);
}

/** Exchanges the word of a link for a session word. */
async function openSession(
  request: Request,
  { ends }: Connection,
  options: WebOptions,
): Promise<Response> {
  const user = await connectionUser(ends);
  if (user !== undefined && user !== Deno.uid() && user !== 0) return refuse(WRONG_USER);
  const { sessions, port, isReadOnly, about } = options;
  const word = (await readBody(request))?.value;
  const upstream = options.upstream();
  if (upstream === undefined) return unreachable();
  const { token } = upstream;
  const session = typeof word === "string"
    ? await sessions.open(word, { token, port }, Date.now() / 1000)
    : undefined;
  if (session === undefined) return refuse(WRONG_WORD);
  return Response.json({ session, read_only: isReadOnly, ...about });
}

/** The session that a request belongs to. */
function sessionOf(
  { headers }: Request,
  { sessions }: WebOptions,
): { readonly token: string } | undefined {
  const given = /^Bearer ([0-9a-f]{64})$/.exec(headers.get("authorization") ?? "")?.[1];
  const token = given && sessions.tokenOf(given, Date.now() / 1000);
  return token ? { token } : undefined;
}

/** Reads a body of JSON; `undefined` if it is too large or none. */
async function readBody(request: Request): Promise<{ readonly value: unknown } | undefined> {
  const bytes: number[] = [];
  for await (const chunk of request.body ?? []) {
    if (bytes.length + chunk.length > MAX_BODY) return undefined;
    bytes.push(...chunk);
  }
  try {
    return { value: JSON.parse(new TextDecoder().decode(new Uint8Array(bytes))) };
  } catch {
    return undefined;
  }
}

/** Why something is not done. */
interface Refusal {
  readonly status: number;
  readonly kind: string;
  readonly detail: string;
}

function refuse({ status, kind, detail }: Refusal): Response {
  return problemResponse(problem(status, kind, detail));
}

function refuseMethod(pathname: string, method: string): Response {
  return refuse({ status: 405, kind: "refused", detail: `'${pathname}' takes ${method}` });
}

function notFound(pathname: string) {
  return { status: 404, kind: "not-found", detail: `a page has no use for '${pathname}'` };
}

const WRONG_HOST = {
  status: 421,
  kind: "refused",
  detail: "This page answers only to Host 127.0.0.1 or localhost. From another machine, take " +
    "'ssh -L' (see 'tsm web'); a reverse proxy has to send 'Host: 127.0.0.1:PORT', see docs/web.md.",
};
const WRONG_ORIGIN = {
  status: 403,
  kind: "refused",
  detail: "Another site's page may ask nothing here: its Origin is not that of this page.",
};
const WRONG_USER = {
  status: 403,
  kind: "denied",
  detail: "The link was opened by a program of another user of this machine.",
};
const NO_SESSION = {
  status: 401,
  kind: "no-session",
  detail:
    "This page has not been opened by a link of 'tsm web', or its server was restarted since.",
};
const WITHDRAWN = {
  status: 401,
  kind: "withdrawn",
  detail: "The token this page was opened with has been withdrawn.",
};
const READ_ONLY = { status: 403, kind: "denied", detail: "This page may only look." };
const WRONG_WORD = {
  status: 403,
  kind: "denied",
  detail: "The link has been used, is older than five minutes, or is not of this server.",
};
