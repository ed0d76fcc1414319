import { errorOfKind } from "../../api/errors.ts";
import { namedMessage } from "../../api/message.ts";
import type { startMessage, StartResponse } from "../../api/messages/start.ts";
import { isSupervisorAlive } from "../../api/supervisor_lock.ts";
import { withContext } from "../../errors.ts";
import type { ProcessDefinition } from "../../meta/process_definition.ts";
import { ask } from "../connection/connection.ts";
import { readEnvironment, warnOfUndecodable } from "../connection/environment.ts";
import type { Context } from "../context.ts";
import { whileWaiting } from "../output/progress.ts";
import type { Arguments } from "../parse/arguments.ts";
import { parseDuration } from "../parse/parse_duration.ts";
import { foldDefinitions } from "./fold_instances.ts";
import { readDefinitions } from "./read_definitions.ts";
import { warnOfShortage } from "./warn_of_shortage.ts";

const START = namedMessage<typeof startMessage>("start");

/** What a command says of a start besides what its flags say. */
export interface StartGivenOptions {
  /** Settings where no flag says otherwise. */
  readonly settings?: ProcessDefinition["settings"];
  /** Whether it is no failure that the command ends at once. */
  readonly mayEnd?: boolean;
}

/**
 * Starts what the words of the command line name: a command, as so many instances as its flags
 * say, or processes that are there.
 *
 * @returns what became of each.
 * @throws the failure, of its own class, where the only one has failed.
 */
export async function startGiven(
  args: Arguments,
  context: Context,
  { settings, mayEnd = false }: StartGivenOptions = {},
): Promise<StartResponse> {
  const { variables, undecodable } = readEnvironment();
  const { items: definitions, notes } = await foldDefinitions(
    await readDefinitions(args),
    variables,
  );
  for (const note of notes) context.warn(`tsm: ${note}`);
  if (!isSupervisorAlive(context.root)) {
    const { refuseMissingProgram } = await import("./refuse_missing_program.ts");
    refuseMissingProgram(context.root, definitions, variables);
  }
  const wait = args.get("wait");
  const isOne = definitions.length === 1;
  const response = await whileWaiting(
    context,
    `waiting for ${args.words.join(" ")} …`,
    ask(context, START, {
      environment: variables,
      definitions: definitions.map((definition) => ({
        ...definition,
        settings: { ...settings, ...definition.settings },
      })),
      // Of several instances, those that are missing are started.
      if_running: args.has("force") ? "restart" : isOne ? "refuse" : "leave",
      source: "command",
      wait: wait === undefined ? 0 : parseDuration(wait, "--wait"),
      ...mayEnd ? { may_end: true } : {},
    }),
  );
  await warnOfUndecodable(context, undecodable);
  warnOfShortage(context, response.shortage);
  const { started, unchanged, failed } = response;
  const [failure] = failed;
  if (failure && failed.length === 1 && started.length + unchanged.length === 0) {
    const { name, reason, kind } = failure;
    throw withContext(`Cannot start '${name}'`, errorOfKind(kind, reason));
  }
  return response;
}
