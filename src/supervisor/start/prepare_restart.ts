import {
  type Environment,
  type EnvironmentDifference,
  readDifference,
  withoutSessionNoise,
} from "../../program/environment.ts";
import { checkProgram } from "../../program/check_program.ts";
import { checkWorkingDirectory, surroundingsOf } from "../launch/launch_spec.ts";
import type { ManagedProcess } from "../process/managed_process.ts";
import type { Supervisor } from "../supervisor.ts";

/**
 * Finds what would keep a process from coming up again, before it is taken down.
 *
 * @param environment That of a command line, to be the process's from now on.
 * @returns its new environment; `undefined`: it keeps the one it has.
 * @throws {Deno.errors.NotFound} if its own or its working directory, its env file, its program or
 * its script is gone.
 * @throws {Deno.errors.InvalidData} if a file does not parse, or its program cannot be executed.
 */
export async function prepareRestart(
  supervisor: Supervisor,
  { spec, meta, directory }: ManagedProcess,
  environment: Environment | undefined,
): Promise<EnvironmentDifference | undefined> {
  if (directory.isRemoved()) {
    throw new Deno.errors.NotFound(
      "its directory is gone, which removes a process; " +
        `'tsm stop ${meta.name}' ends what still runs, then start it anew`,
    );
  }
  checkWorkingDirectory(spec.cwd);
  const before = readDifference(supervisor.root, meta.name);
  const after = changedEnvironment(supervisor, before, environment);
  const { env, user } = await surroundingsOf(supervisor, meta, spec, after ?? before);
  // What another user may read, its launch finds out; and a hook may make the program.
  if (user === undefined && spec.hooks?.pre_start === undefined) checkProgram(spec, env);
  return after;
}

function changedEnvironment(
  supervisor: Supervisor,
  before: EnvironmentDifference,
  environment: Environment | undefined,
): EnvironmentDifference | undefined {
  if (environment === undefined) return undefined;
  const explicit: Record<string, string> = {};
  for (const name of before.explicit ?? []) explicit[name] = before.set[name] ?? "";
  return supervisor.differenceFor(withoutSessionNoise(environment), explicit);
}
