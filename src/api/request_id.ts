/** What tells a request from all others: a client that asks another supervisor repeats it. */
export interface RequestId {
  /** Hexadecimal digits. */
  readonly id: string;
  /** Whether a supervisor was asked before that has left or died since, and may have begun. */
  readonly isAgain: boolean;
}

/** What this header means is that of the IETF's draft "The Idempotency-Key HTTP Header Field". */
const ID = "idempotency-key";
const AGAIN = "tsm-again";

/** Makes the id of a request that is yet to be sent. */
export function newRequestId(): RequestId {
  const id = crypto.randomUUID().replaceAll("-", "").slice(0, 12);
  return { id, isAgain: false };
}

/** The headers that carry the id of a request. */
export function requestIdHeaders({ id, isAgain }: RequestId): Record<string, string> {
  return { [ID]: id, ...isAgain ? { [AGAIN]: "1" } : {} };
}

/** The id that the headers of a request carry, if they do. */
export function readRequestId(headers: Headers): RequestId | undefined {
  const id = headers.get(ID);
  if (id === null || !/^[0-9a-f]{8,32}$/.test(id)) return undefined;
  return { id, isAgain: headers.has(AGAIN) };
}
