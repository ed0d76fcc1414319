import {
  type Environment,
  type EnvironmentDifference,
  readDifference,
  withoutSessionNoise,
} from "../../program/environment.ts";
import { findUser } from "../../process/linux/user_account.ts";
import { checkWorkingDirectory, readOwnEnvFiles, surroundingsOf } from "../launch/launch_spec.ts";
import type { ManagedProcess } from "../process/managed_process.ts";
import type { Supervisor } from "../supervisor.ts";

/**
 * Finds what would keep a process from coming up again, before it is taken down.
 *
 * @param environment That of a command line, to be the process's from now on.
 * @returns its new environment; `undefined`: it keeps the one it has.
 * @throws {Deno.errors.NotFound} if its own or its working directory or its env file is gone.
 * @throws {Deno.errors.InvalidData} if a file does not parse.
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
  const user = spec.user === null ? undefined : await findUser(spec.user);
  if (spec.env_expand) await surroundingsOf(supervisor, meta, spec);
  else await readOwnEnvFiles(spec, user);
  const before = readDifference(supervisor.root, meta.name);
  if (environment === undefined) return undefined;
  const explicit: Record<string, string> = {};
  for (const name of before.explicit ?? []) explicit[name] = before.set[name] ?? "";
  return supervisor.differenceFor(withoutSessionNoise(environment), explicit);
}
