import { instancePort } from "../../meta/instance_identity.ts";
import type { ProcessDefinition } from "../../meta/process_definition.ts";
import type { Arguments } from "../parse/arguments.ts";
import { resolveHere } from "../parse/working_directory.ts";
import { checkLogRotate } from "./check_log_rotate.ts";
import { readSettingFlags } from "./setting_flags.ts";

/**
 * What the words and flags of a start ask for: a definition for each instance.
 *
 * @throws {Deno.errors.InvalidData} quoting a value that is not of the right form.
 */
export async function readDefinitions(args: Arguments): Promise<readonly ProcessDefinition[]> {
  const cwd = resolveHere(args.get("cwd") ?? "");
  const name = args.get("name");
  // What a definition says by itself, not as a setting of the spec.
  const { port: fixed, interpreter, instances = 1, ...settings } = readSettingFlags(args, cwd);
  const port = args.get("port") === "auto" ? "auto" : fixed;
  await checkLogRotate(settings.log_rotate);
  const definition: ProcessDefinition = {
    words: args.words,
    cwd,
    explicit: parseVariables(args.all("env")),
    settings: {
      ...args.has("no-autorestart") ? { autorestart: "never" } : {},
      ...settings,
    },
    ...name === undefined ? {} : { name },
    ...port ? { port } : {},
    ...interpreter ? { interpreter } : {},
  };
  return instances === 1 ? [definition] : instancesOf(definition, instances);
}

function instancesOf(definition: ProcessDefinition, instances: number): ProcessDefinition[] {
  const { port, settings } = definition;
  const { port_increment: increment = 1, share_port = false } = settings;
  return Array.from({ length: instances }, (_, instance) => ({
    ...definition,
    settings: { ...settings, instance, instances },
    ...typeof port === "number"
      ? { port: instancePort(port, instance, { increment, share_port: share_port ?? false }) }
      : {},
  }));
}

function parseVariables(pairs: readonly string[]): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const pair of pairs) {
    const equals = pair.indexOf("=");
    const name = equals === -1 ? pair : pair.slice(0, equals);
    if (equals < 1 || /\s/.test(name)) {
      throw new Deno.errors.InvalidData(
        `Cannot use ${JSON.stringify(pair)} as a variable: --env takes NAME=value; PM2's --env ` +
          "chooses an environment of a file that lists processes, and its -e is --log-link-err",
      );
    }
    variables[name] = pair.slice(equals + 1);
  }
  return variables;
}
