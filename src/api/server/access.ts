/**
 * Who may ask for what: by the token that a request carries, and by where it was sent from.
 *
 * @module
 */
import { timingSafeEqual } from "@std/crypto/timing-safe-equal";
import type { TokenKind } from "../token_kind.ts";

/** What a request may do: all, only read, only read the metrics. */
export type Access = "all" | TokenKind;

/** The tokens that open the control API. */
export interface Tokens {
  /** Of `supervisor.json`: 64 hexadecimal digits. */
  readonly all: string;
  /** Those of `tsm token`, as their files have them; `undefined`: there is none. */
  lasting(kind: TokenKind): string | undefined;
}

/** The path of the metrics, which have a token of their own. */
export const METRICS_PATH = "/metrics";

/** What the token of a request opens; `undefined`: nothing. */
export function accessOf(request: Request, tokens: Tokens): Access | undefined {
  const given = request.headers.get("authorization");
  // The files of the other tokens are not read for who has none.
  if (given === null) return undefined;
  if (isBearer(given, tokens.all)) return "all";
  if (isBearer(given, tokens.lasting("read"))) return "read";
  const isOfMetrics = new URL(request.url).pathname === METRICS_PATH;
  return isOfMetrics && isBearer(given, tokens.lasting("metrics")) ? "metrics" : undefined;
}

function isBearer(given: string, token: string | undefined): boolean {
  if (token === undefined) return false;
  return timingSafeEqual(
    new TextEncoder().encode(given),
    new TextEncoder().encode(`Bearer ${token}`),
  );
}

/**
 * Whether a request was sent to this machine by its own names. A page in a browser can have a name
 * of its own lead to 127.0.0.1 (DNS rebinding) and send requests from here: their `Host` is that
 * name.
 */
export function isForThisMachine({ headers }: Request): boolean {
  return /^(127\.0\.0\.1|localhost):\d+$/.test(headers.get("host") ?? "");
}

/** Whether a request was sent by a page that another server has served. */
export function isOfAnotherSite({ headers }: Request): boolean {
  const origin = headers.get("origin");
  return origin !== null && origin !== `http://${headers.get("host")}`;
}
