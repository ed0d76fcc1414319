import type { StartRequest } from "../../api/messages/start.ts";
import { startAllMessage, type StartAllRequest } from "../../api/messages/start_all.ts";
import { ask } from "../connection/connection.ts";
import type { Context } from "../context.ts";
import { EXIT } from "../exit_code.ts";
import { whileWaiting } from "../output/progress.ts";
import { describeStarted, failure } from "../output/started.ts";

/**
 * Starts a command as so many instances, or behind what it depends on, and says how
 * that went.
 *
 * @returns the exit code.
 * @throws {Deno.errors.InvalidData} if several instances have no fixed first port.
 */
export async function startMany(
  context: Context,
  request: StartRequest,
  instances: number,
): Promise<number> {
  const { started, unchanged, failed } = await whileWaiting(
    context,
    `waiting for ${request.words.join(" ")} …`,
    ask(context, startAllMessage, makeRequest(request, instances)),
  );
  if (context.json) context.print(JSON.stringify(started, null, 2));
  for (const meta of started) context.say(`Started ${describeStarted(meta)}`);
  for (const name of unchanged) context.say(`${name} runs already; --force restarts it`);
  for (const { name, message } of failed) context.warn(failure(name, message));
  return failed.length > 0 ? EXIT.failed : EXIT.done;
}

function makeRequest(request: StartRequest, instances: number): StartAllRequest {
  const { environment, force, wait, port, ...definition } = request;
  if (port === "auto") {
    throw new Deno.errors.InvalidData(
      "Cannot find ports for what depends on others or has several instances: name the first " +
        "one, as in --port 3000",
    );
  }
  const { port_increment = 1 } = definition.settings;
  const one = (instance: number): StartAllRequest["definitions"][number] => ({
    ...definition,
    settings: { ...definition.settings, ...instances > 1 ? { instance, instances } : {} },
    ...port === undefined ? {} : { port: port + instance * port_increment },
  });
  const definitions = Array.from({ length: instances }, (_, instance) => one(instance));
  return { environment, definitions, force, wait };
}
