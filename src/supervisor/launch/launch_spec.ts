import type { Meta } from "../../meta/metadata.ts";
import type { Spec } from "../../meta/spec.ts";
import { type EnvEntry, readEnvFileAs } from "../../program/env_file.ts";
import {
  type EnvFileContents,
  type EnvFileSettings,
  envFilesOf,
  readEnvFiles,
} from "../../program/env_files.ts";
import {
  type Environment,
  type EnvironmentDifference,
  readBaseEnvironment,
  readDifference,
} from "../../program/environment.ts";
import type { LaunchPlan } from "./launch.ts";
import { makeFifo } from "./open_stdin.ts";
import { tryLimits } from "../../process/limits.ts";
import { processEnvironment } from "../../program/process_environment.ts";
import { shellSucceeds } from "../../process/run_shell.ts";
import { findUser, type UserAccount, userPrefix } from "../../process/linux/user_account.ts";
import { needsPreload, withPreload } from "../../program/node_options.ts";
import { writeNodePreload } from "./node_preload.ts";
import { throughPipe } from "./through_pipe.ts";
import { checkRealDirectory, processPaths, type RuntimeRoot, runtimeRoot } from "../../root.ts";

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
  const { env: own, user } = await surroundingsOf(host, meta, spec);
  const env = needsPreload(spec) ? preloaded(host, own, user) : own;
  if (user) await checkEntry(spec.cwd, user);
  await tryLimits(spec);
  const stdin = spec.stdin === "open" ? paths.stdin : undefined;
  if (stdin !== undefined) await makeFifo(stdin);
  const argv = spec.log_pipe === null ? spec.argv : throughPipe(spec.log_pipe, spec.argv, env);
  return { argv, cwd: spec.cwd, env, paths, user, limits: spec, stdin };
}

function preloaded(
  { root, rootPath }: { readonly root: RuntimeRoot; readonly rootPath: string },
  env: Environment,
  user: UserAccount | undefined,
): Environment {
  if (user) return withPreload(env, null);
  writeNodePreload(root);
  return withPreload(env, runtimeRoot(rootPath).nodePreload);
}

/** What a process has around it, and what is run on its behalf. */
export interface Surroundings {
  readonly env: Environment;
  readonly user: UserAccount | undefined;
}

/**
 * Puts the environment of a process together from the files, its env file read anew.
 *
 * @param difference Its own to the base environment; what its file says, where it is not told.
 * @throws {Deno.errors.NotFound} if its env file or user is gone.
 * @throws {Deno.errors.InvalidData} if a file does not parse.
 */
export async function surroundingsOf(
  { root, rootPath }: { readonly root: RuntimeRoot; readonly rootPath: string },
  meta: Meta,
  spec: Spec,
  difference: EnvironmentDifference = readDifference(root, meta.name),
): Promise<Surroundings> {
  const user = spec.user === null ? undefined : await findUser(spec.user);
  const files = await readOwnEnvFiles(spec, user);
  const env = processEnvironment({ ...spec, root: rootPath, id: meta.tsm_id, name: meta.name }, {
    base: readBaseEnvironment(root) ?? {},
    user,
    difference,
    files,
  });
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

/**
 * Checks that `user` may enter `cwd`, where root may go anywhere.
 *
 * @throws {Deno.errors.PermissionDenied} if that user may not.
 */
export async function checkEntry(cwd: string, user: UserAccount): Promise<void> {
  const enter = [...userPrefix(user), "/bin/sh", "-c", 'cd -- "$1"', "sh", cwd];
  if (await shellSucceeds('cd / && exec "$@"', ...enter)) return;
  throw new Deno.errors.PermissionDenied(
    `user '${user.name}' may not enter its working directory '${cwd}'; pass --cwd DIR`,
  );
}

/**
 * Reads the env files of a process, with its rights.
 *
 * @throws {Deno.errors.NotFound} if one is gone.
 * @throws {Deno.errors.InvalidData} if one cannot be read, or does not parse.
 */
export async function readOwnEnvFiles(
  settings: EnvFileSettings,
  user: UserAccount | undefined,
): Promise<EnvFileContents> {
  if (!user) return readEnvFiles(settings);
  let entries: readonly EnvEntry[] = [];
  for (const path of envFilesOf(settings.env_file)) {
    entries = entries.concat(await readEnvFileAs(user, path));
  }
  return { entries, expands: settings.env_expand ?? false };
}
