import type { Failure } from "../../api/failure.ts";
import type { RestartRequest } from "../../api/restart_request.ts";
import { listProcesses } from "../../meta/list_processes.ts";
import type { Meta } from "../../meta/metadata.ts";
import type { Arguments } from "../parse/arguments.ts";
import { refuseFileFlags } from "../parse/file_flags.ts";
import type { Context } from "../context.ts";
import { readEnvironment, warnOfUndecodable } from "../connection/environment.ts";
import { EXIT } from "../exit_code.ts";
import { whileWaiting } from "../output/progress.ts";
import { refuseMissingFile } from "../select/files_among.ts";
import { meansFile } from "../select/means_file.ts";
import { refuseWithoutRoot } from "../select/refuse_without_root.ts";
import { nothingTo } from "../output/nothing_to.ts";
import { failure } from "../output/started.ts";
import { startListed } from "./start_file.ts";

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
 * Starts anew what is selected, and tells what came of it; for `tsm restart` and `tsm reload`. What
 * a file lists is started where it does not run, and gets what the file says now, as PM2 does it.
 *
 * @returns the exit code.
 * @throws {Deno.errors.InvalidData} if nothing is selected, or a file is wrong.
 * @throws {Deno.errors.NotFound} if what is named like a file is none.
 */
export async function startAnew(
  args: Arguments,
  context: Context,
  { verb, request }: StartAnewOptions,
): Promise<number> {
  if (args.words.length === 0) {
    throw new Deno.errors.InvalidData(
      `Cannot ${verb}: no process is named; 'tsm ${verb} NAME', or 'tsm ${verb} all'`,
    );
  }
  const files = args.words.filter((word) => meansFile(context, word));
  const selectors = args.words.filter((word) => !files.includes(word));
  for (const selector of selectors) refuseMissingFile(context, verb, selector);
  if (files.length === 0) {
    refuseFileFlags(args, verb);
    await refuseWithoutRoot(context, verb, selectors);
  }
  const ran = new Set(
    listProcesses(context.root).metas.filter(({ pid }) => pid !== null).map(({ name }) => name),
  );
  const done: Meta[] = [];
  const failed: Failure[] = [];
  for (const file of files) {
    const { started, failed: kept } = await startListed(file, args, context, { verb });
    done.push(...started);
    failed.push(...kept);
  }
  if (selectors.length > 0) {
    const own = args.has("update-env") ? readEnvironment() : undefined;
    const environment = own ? { environment: own.variables } : {};
    const answer = await whileWaiting(
      context,
      `waiting for ${selectors.join(", ")} to ${verb} …`,
      request({ selectors, ...environment }),
    );
    if (own) await warnOfUndecodable(context, own.undecodable);
    done.push(...answer.done);
    failed.push(...answer.failed);
  }
  if (context.json) context.print(JSON.stringify(done, null, 2));
  const was = { restart: "Restarted", reload: "Reloaded" }[verb];
  if (done.length + failed.length === 0) context.say(nothingTo(verb));
  for (const { name, tsm_id, pid } of done) {
    const isNew = files.length > 0 && !ran.has(name);
    context.say(`${isNew ? "Started" : was} ${name} (id ${tsm_id}, pid ${pid ?? "-"})`);
  }
  for (const { name, reason } of failed) context.warn(failure(name, reason, verb));
  return failed.length > 0 ? EXIT.failed : EXIT.done;
}
