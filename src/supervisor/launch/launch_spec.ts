import type { Meta } from "../../meta/metadata.ts";
import type { Spec } from "../../meta/spec.ts";
import { readEnvFile } from "../../process/env_file.ts";
import {
  defaultVariables,
  type Environment,
  mergeEnvironment,
  ownVariables,
  readBaseEnvironment,
  readDifference,
} from "../../process/environment.ts";
import type { LaunchPlan } from "../../process/launch.ts";
import { checkLimits } from "../../process/limits.ts";
import { findUser, type UserAccount } from "../../process/user.ts";
import { checkRealDirectory, processPaths, type RuntimeRoot } from "../../root.ts";

/**
 * Finds out all that it takes to launch what `spec` says: its environment put together from
 * the files, its env file read anew.
 *
 * @throws {Deno.errors.NotFound} if its cwd, env file or user is gone.
 * @throws {Deno.errors.InvalidData} if a file does not parse or its directory is no directory.
 * @throws {Deno.errors.PermissionDenied} if the system refuses one of its limits.
 */
export async function planLaunch(
  host: { readonly root: RuntimeRoot; readonly rootPath: string },
  meta: Meta,
  spec: Spec,
): Promise<LaunchPlan> {
  const paths = processPaths(host.root, meta.name);
  checkRealDirectory(paths.dir);
  checkWorkingDirectory(spec.cwd);
  const { env, user } = await surroundingsOf(host, meta, spec);
  await checkLimits(spec);
  return { argv: spec.argv, cwd: spec.cwd, env, paths, user, limits: spec };
}

/** What a process has around it, and what is run on its behalf. */
export interface Surroundings {
  readonly env: Environment;
  readonly user: UserAccount | undefined;
}

/**
 * Puts the environment of a process together from the files, its env file read anew.
 *
 * @throws {Deno.errors.NotFound} if its env file or user is gone.
 * @throws {Deno.errors.InvalidData} if a file does not parse.
 */
export async function surroundingsOf(
  { root, rootPath }: { readonly root: RuntimeRoot; readonly rootPath: string },
  meta: Meta,
  spec: Spec,
): Promise<Surroundings> {
  const user = spec.user === null ? undefined : await findUser(spec.user);
  const env = {
    ...defaultVariables(spec),
    ...mergeEnvironment(
      readBaseEnvironment(root) ?? {},
      readDifference(root, meta.name),
      spec.env_file === null ? {} : readEnvFile(spec.env_file),
    ),
    ...user ? userVariables(user) : {},
    ...ownVariables({
      root: rootPath,
      id: meta.tsm_id,
      name: meta.name,
      instance: spec.instance,
      port: spec.port,
    }),
  };
  return { env, user };
}

/**
 * Checks that a process can have `cwd` as its working directory.
 *
 * @throws {Deno.errors.NotFound} if it does not exist.
 * @throws {Deno.errors.InvalidData} if it is no directory.
 */
export function checkWorkingDirectory(cwd: string): void {
  let info: Deno.FileInfo;
  try {
    info = Deno.statSync(cwd);
  } catch {
    throw new Deno.errors.NotFound(`its working directory '${cwd}' does not exist`);
  }
  if (!info.isDirectory) {
    throw new Deno.errors.InvalidData(`its working directory '${cwd}' is no directory`);
  }
}

/** The variables that say who somebody is, for a process run as another user. */
export function userVariables(user: UserAccount): Environment {
  return { HOME: user.home, USER: user.name, LOGNAME: user.name, SHELL: user.shell };
}
