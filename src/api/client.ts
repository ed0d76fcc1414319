import { fromProblem } from "./errors.ts";
import type { DeepReadonly } from "./answer.ts";
import type { Message } from "./message.ts";
import { type RequestId, requestIdHeaders } from "./request_id.ts";
import type { SupervisorAddress } from "./supervisor_file.ts";

/** How a request is sent. */
export interface RequestOptions {
  /** Milliseconds the answer may take; without it, however long it takes. */
  readonly patience?: number;
  /** Ends the wait for the answer. */
  readonly signal?: AbortSignal;
  /** Its id: with the same one it is not carried out twice, whoever is asked again. */
  readonly id?: RequestId;
}

/**
 * Sends a request to the supervisor and awaits its answer.
 *
 * @throws {Deno.errors.NotConnected} if it cannot be reached or dies meanwhile.
 * @throws the supervisor's own error, of the same class, if it refuses.
 *
 * @example
 * ```ts
 * import { request } from "./client.ts";
 * import { pingMessage } from "./messages/ping.ts";
 *
 * const { pid } = await request(address, pingMessage, {});
 * ```
 */
export async function request<Request, Response>(
  address: SupervisorAddress,
  message: Message<Request, Response>,
  body: Request,
  { patience, signal, id }: RequestOptions = {},
): Promise<DeepReadonly<Response>> {
  let answer: globalThis.Response;
  let parsed: unknown;
  try {
    answer = await fetch(`http://127.0.0.1:${address.port}/v1/${message.name}`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${address.token}`,
        "content-type": "application/json",
        ...id === undefined ? {} : requestIdHeaders(id),
      },
      body: JSON.stringify(body),
      signal: patience === undefined ? signal ?? null : AbortSignal.timeout(patience),
    });
    parsed = await answer.json();
  } catch (error) {
    if (error instanceof DOMException && error.name === "TimeoutError") {
      throw new Deno.errors.NotConnected(
        `the supervisor (pid ${address.pid}) has not answered for ${patience! / 1000} s; ` +
          `'kill -9 ${address.pid}' ends it alone: its processes run on, and the next command ` +
          "that needs one starts another",
      );
    }
    throw new Deno.errors.NotConnected(
      `the supervisor (pid ${address.pid}) does not answer: ${(error as Error).message}`,
    );
  }
  if (!answer.ok) throw fromProblem(parsed, answer.status);
  return parsed as DeepReadonly<Response>;
}
