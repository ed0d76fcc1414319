import type { Failure } from "../../api/failure.ts";
import type { RestartRequest } from "../../api/restart_request.ts";
import type { Meta } from "../../meta/metadata.ts";
import type { Arguments } from "../parse/arguments.ts";
import type { Context } from "../context.ts";
import { readEnvironment, warnOfUndecodable } from "../connection/environment.ts";
import { EXIT } from "../exit_code.ts";
import { whileWaiting } from "../output/progress.ts";
import { selectorsOf } from "../select/selectors_of.ts";
import { nothingTo } from "../output/nothing_to.ts";

/** How processes are started anew. */
export interface StartAnewOptions {
  readonly verb: "restart" | "reload";
  /** Asks the supervisor for it. */
  request(body: RestartRequest): Promise<StartedAnew>;
}

/** What the supervisor did, and what kept it from the rest. */
export interface StartedAnew {
  readonly done: readonly Meta[];
  readonly failed: readonly Failure[];
}

/**
 * Starts anew what is selected, and tells what came of it; for `tsm restart` and `tsm reload`.
 *
 * @returns the exit code.
 * @throws {Deno.errors.InvalidData} if nothing is selected.
 */
export async function startAnew(
  args: Arguments,
  context: Context,
  { verb, request }: StartAnewOptions,
): Promise<number> {
  const selectors = selectorsOf(args, verb);
  const own = args.has("update-env") ? readEnvironment() : undefined;
  const environment = own ? { environment: own.variables } : {};
  const { done, failed } = await whileWaiting(
    context,
    `waiting for ${selectors.join(", ")} to ${verb} …`,
    request({ selectors, ...environment }),
  );
  if (own) await warnOfUndecodable(context, own.undecodable);
  if (context.json) context.print(JSON.stringify(done, null, 2));
  const was = { restart: "Restarted", reload: "Reloaded" }[verb];
  if (done.length + failed.length === 0) context.say(nothingTo(verb));
  for (const { name, tsm_id, pid } of done) {
    context.say(`${was} ${name} (id ${tsm_id}, pid ${pid ?? "-"})`);
  }
  for (const { name, reason } of failed) context.warn(`tsm: Cannot ${verb} '${name}': ${reason}`);
  return failed.length > 0 ? EXIT.failed : EXIT.done;
}
