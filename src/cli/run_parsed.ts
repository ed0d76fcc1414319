import { scrubEnvironment } from "../program/own_environment.ts";
import type { Command } from "./command.ts";
import { makeContext } from "./context.ts";
import type { Arguments } from "./parse/arguments.ts";

/**
 * Runs a command.
 *
 * @param parsed What follows its name.
 * @returns the exit code, where it is not 0.
 * @throws whatever the command does.
 */
export async function runParsed(
  command: Command,
  parsed: Arguments,
  root?: string,
): Promise<number | void> {
  const context = makeContext({
    root: parsed.get("root") ?? root,
    json: parsed.has("json"),
    quiet: parsed.has("quiet"),
    timeout: parsed.get("timeout"),
    downgrade: parsed.has("downgrade"),
  });
  // Before anything is fetched or started; a library that did it would do it to its user as well.
  scrubEnvironment();
  return await command.run(parsed, context);
}
