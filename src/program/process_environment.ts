import {
  defaultVariables,
  type Environment,
  type EnvironmentDifference,
  INSTANCE_VARIABLE,
  mergeEnvironment,
  ownVariables,
} from "./environment.ts";
import { type EnvFileContents, variablesOf } from "./env_files.ts";
import { socketVariables } from "./readiness_sockets.ts";
import { loginEnvironment, type PasswdEntry } from "../process/user.ts";

/** What the environment of a process is put together from. */
export interface EnvironmentSources {
  /** That which processes share; one with a user begins with a login's of that user instead. */
  readonly base: Environment;
  readonly user: PasswdEntry | undefined;
  readonly difference: EnvironmentDifference;
  /** What its env files say. */
  readonly files: EnvFileContents;
}

/** What tsm's own variables and its defaults are made of. */
export type EnvironmentOwner =
  & Parameters<typeof defaultVariables>[0]
  & Parameters<typeof ownVariables>[0]
  & Parameters<typeof socketVariables>[0];

/**
 * The whole environment of a process, as it is launched with and as `tsm env` shows it.
 *
 * @throws {Deno.errors.InvalidData} for a variable in an env file that cannot be expanded.
 *
 * @example
 * ```ts
 * import { processEnvironment } from "./process_environment.ts";
 *
 * processEnvironment(owner, { base: {}, user: undefined, difference, files }).TSM_NAME;
 * ```
 */
export function processEnvironment(
  owner: EnvironmentOwner,
  sources: EnvironmentSources,
): Environment {
  const own = { ...ownVariables(owner) };
  // A number that was given is the user's affair.
  if (sources.difference.explicit?.includes(INSTANCE_VARIABLE)) delete own[INSTANCE_VARIABLE];
  return {
    ...defaultVariables(owner),
    ...sharedEnvironment(sources, own),
    ...own,
    ...socketVariables(owner),
  };
}

/**
 * The same without what differs from process to process by itself: to look a program up.
 * Of the shell that started a process with another user, root's, there is nothing in it but
 * what was given by `--env` or a file.
 *
 * @param own tsm's own variables, where the process is known.
 * @throws {Deno.errors.InvalidData} for a variable in an env file that cannot be expanded.
 */
export function sharedEnvironment(
  { base, user, difference, files }: EnvironmentSources,
  own?: Environment,
): Environment {
  const before = user ? loginEnvironment(user, Deno.env.toObject()) : base;
  const over = user ? onlyExplicit(difference) : difference;
  const environment = mergeEnvironment(before, over, {});
  const fromFiles = variablesOf(files, { environment, explicit: over.explicit ?? [], own });
  return mergeEnvironment(before, over, fromFiles);
}

function onlyExplicit({ set, explicit = [] }: EnvironmentDifference): EnvironmentDifference {
  const given = explicit.map((name) => [name, set[name] ?? ""]);
  return { set: Object.fromEntries(given), unset: [], explicit };
}
