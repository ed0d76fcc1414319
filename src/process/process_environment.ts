import {
  defaultVariables,
  type Environment,
  type EnvironmentDifference,
  mergeEnvironment,
  ownVariables,
} from "./environment.ts";
import { notifyVariables } from "./notify_variables.ts";
import { loginEnvironment, type PasswdEntry } from "./user.ts";

/** What the environment of a process is put together from. */
export interface EnvironmentSources {
  /** That which processes share; one with a user begins with a login's of that user instead. */
  readonly base: Environment;
  readonly user: PasswdEntry | undefined;
  readonly difference: EnvironmentDifference;
  /** What its env file says. */
  readonly fromFile: Environment;
}

/** What tsm's own variables and its defaults are made of. */
export type EnvironmentOwner =
  & Parameters<typeof defaultVariables>[0]
  & Parameters<typeof ownVariables>[0]
  & Parameters<typeof notifyVariables>[0];

/**
 * The whole environment of a process, as it is launched with and as `tsm env` shows it.
 *
 * @example
 * ```ts
 * import { processEnvironment } from "./process_environment.ts";
 *
 * processEnvironment(owner, { base: {}, user: undefined, difference, fromFile: {} }).TSM_NAME;
 * ```
 */
export function processEnvironment(
  owner: EnvironmentOwner,
  sources: EnvironmentSources,
): Environment {
  return {
    ...defaultVariables(owner),
    ...sharedEnvironment(sources),
    ...ownVariables(owner),
    ...notifyVariables(owner),
  };
}

/**
 * The same without what differs from process to process by itself: to look a program up.
 * Of the shell that started a process with another user, root's, there is nothing in it but
 * what was given by `--env` or a file.
 */
export function sharedEnvironment(
  { base, user, difference, fromFile }: EnvironmentSources,
): Environment {
  if (!user) return mergeEnvironment(base, difference, fromFile);
  const login = loginEnvironment(user, Deno.env.toObject());
  return mergeEnvironment(login, onlyExplicit(difference), fromFile);
}

function onlyExplicit({ set, explicit = [] }: EnvironmentDifference): EnvironmentDifference {
  const given = explicit.map((name) => [name, set[name] ?? ""]);
  return { set: Object.fromEntries(given), unset: [], explicit };
}
