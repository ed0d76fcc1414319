import type { Context } from "../context.ts";
import { EXIT } from "../exit_code.ts";
import { describeStarted, failure } from "../output/started.ts";
import type { Arguments } from "../parse/arguments.ts";
import { startGiven } from "./start_given.ts";
import { warnOfLogLinks } from "./warn_of_log_links.ts";

/**
 * Starts a command, or processes that are listed, and tells what became of it.
 *
 * @returns the exit code.
 * @throws as {@linkcode startGiven} does.
 */
export async function startCommandLine(args: Arguments, context: Context): Promise<number> {
  const { started, unchanged, failed, passed_over } = await startGiven(args, context);
  if (passed_over !== undefined) {
    const names = [...started.map(({ name }) => name), ...unchanged].join(", ");
    context.warn(
      `tsm: '${args.words.join(" ")}' is taken for what is listed, ${names}, and not for ` +
        `${passed_over}: its path, or another --name, starts that`,
    );
  }
  if (context.json) context.print(JSON.stringify(started, null, 2));
  for (const meta of started) context.say(`Started ${describeStarted(meta)}`);
  for (const name of unchanged) context.say(`${name} runs already; --force restarts it`);
  await warnOfLogLinks(context, started);
  for (const { name, reason } of failed) context.warn(failure(name, reason));
  if ([started, unchanged, failed].every(({ length }) => length === 0)) {
    context.say("Nothing to start: all processes run already");
  }
  return failed.length > 0 ? EXIT.failed : EXIT.done;
}
