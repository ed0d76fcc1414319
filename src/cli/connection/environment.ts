import { readEnviron } from "../../process/linux/read_environ.ts";
import { givenEnvironment } from "../../program/own_environment.ts";
import type { Context } from "../context.ts";

/** The environment of this command line. */
export interface OwnEnvironment {
  readonly variables: Record<string, string>;
  /** Names of the variables whose values are not UTF-8: Deno cannot read those. */
  readonly undecodable: Promise<readonly string[]>;
}

/**
 * Reads the environment of this command line. Variables that Deno leaves out are found by a shell,
 * while the request is under way.
 */
export function readEnvironment(): OwnEnvironment {
  const variables = { ...givenEnvironment() };
  return { variables, undecodable: findUndecodable(variables) };
}

async function findUndecodable(variables: Readonly<Record<string, string>>): Promise<string[]> {
  return new TextDecoder().decode(await readEnviron(Deno.pid)).split("\0")
    .map((entry) => entry.slice(0, Math.max(0, entry.indexOf("="))))
    .filter((name) => name !== "" && !Object.hasOwn(variables, name));
}

/** Says which variables a process does not get, if there are such. */
export async function warnOfUndecodable(
  context: Context,
  undecodable: Promise<readonly string[]>,
): Promise<void> {
  const names = await undecodable;
  if (names.length === 0) return;
  context.warn(`tsm: left out of the environment, for not being UTF-8: ${names.join(", ")}`);
}
