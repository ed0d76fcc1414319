import { settlesWithin } from "../../async/settles_within.ts";
import { request } from "../../api/client.ts";
import type { DeepReadonly } from "../../api/answer.ts";
import { type NamedMessage, namedMessage } from "../../api/message.ts";
import type { pingMessage } from "../../api/messages/ping.ts";
import type { RequestId } from "../../api/request_id.ts";
import type { SupervisorAddress } from "../../api/supervisor_file.ts";
import type { Context } from "../context.ts";
import { parseDuration } from "../parse/parse_duration.ts";

/** How long a supervisor is waited for, in milliseconds. */
export interface Patience {
  /** Between two looks whether it still answers. */
  readonly look: number;
  /** Without a sign of life, until the user is told whom the command waits for. */
  readonly notice: number;
  /** Without a sign of life, until the command gives up. */
  readonly silence: number;
}

const PATIENCE: Patience = { look: 1000, notice: 2000, silence: 60_000 };

/** Asks whether it answers. */
const PING = namedMessage<typeof pingMessage>("ping");

/** Whom a command has told that it waits: two requests at once say it once. */
const noticed = new WeakSet<WaitingContext>();

/** What waiting takes to know of the command. */
export type WaitingContext = Pick<Context, "quiet" | "timeout" | "warn">;

/**
 * Sends a request to a supervisor and awaits its answer, as long as that gives a sign of life: what
 * it was asked for may take as long as a program takes. With `--timeout` the answer must come
 * within that time in any case.
 *
 * @throws {Deno.errors.TimedOut} if it gives no sign of life for a minute, or `--timeout` is over.
 * @throws {Deno.errors.NotConnected} if it cannot be reached or dies meanwhile.
 * @throws the supervisor's own error, of the same class, if it refuses.
 */
export async function awaitAnswer<Request, Response>(
  context: WaitingContext,
  address: SupervisorAddress,
  message: NamedMessage<Request, Response>,
  body: Request,
  { id, patience = PATIENCE }: { readonly id?: RequestId; readonly patience?: Patience } = {},
): Promise<DeepReadonly<Response>> {
  const limit = context.timeout === undefined
    ? Infinity
    : parseDuration(context.timeout, "--timeout");
  const abort = new AbortController();
  const answer = request(address, message, body, {
    signal: abort.signal,
    ...id === undefined ? {} : { id },
  });
  const over = answer.then(() => {}, () => {});
  const begun = performance.now();
  let heard = begun;
  for (;;) {
    const waited = performance.now() - begun;
    const settled = await settlesWithin(
      answer.then((value) => ({ value })),
      Math.min(patience.look, limit - waited),
    );
    if (settled) return settled.value;
    if (await Promise.race([isThere(address, patience), over])) heard = performance.now();
    const now = performance.now();
    const silent = now - heard;
    if (now - begun >= limit || silent >= patience.silence) {
      abort.abort();
      throw tooLate(address, { waited: now - begun, isSilent: silent >= patience.look });
    }
    if (silent >= patience.notice && !context.quiet && !noticed.has(context)) {
      noticed.add(context);
      context.warn(`tsm: waiting for the supervisor (pid ${address.pid}), which does not answer …`);
    }
  }
}

/** Whether it answers anything. */
function isThere(address: SupervisorAddress, { look }: Patience): Promise<boolean> {
  return request(address, PING, {}, { signal: AbortSignal.timeout(look) })
    .then(() => true, () => false);
}

function tooLate(
  { pid }: SupervisorAddress,
  { waited, isSilent }: { readonly waited: number; readonly isSilent: boolean },
): Error {
  const time = `${Math.round(waited / 100) / 10} s`;
  return new Deno.errors.TimedOut(
    isSilent
      ? `the supervisor (pid ${pid}) has not answered for ${time}: where it was stopped, ` +
        `'kill -CONT ${pid}' has it go on, and do what was asked; 'kill -9 ${pid}' ends it ` +
        "alone: its processes run on, and the next command that needs one starts another"
      : `the supervisor (pid ${pid}) is at work on it for ${time}, and goes on; ` +
        "'tsm ls' shows how far it is, a longer --timeout waits for it",
  );
}
