/**
 * From what a user asks to be run to a process that can be made.
 *
 * @module
 */
import { instanceFullName, type InstanceIdentity } from "../../meta/instance_identity.ts";
import type { ProcessDefinition } from "../../meta/process_definition.ts";
import { unhandled } from "../../errors.ts";
import { checkSpec, type Spec } from "../../meta/spec.ts";
import { resolveCommand, type ResolvedCommand } from "../../program/command.ts";
import type { Environment, EnvironmentDifference } from "../../program/environment.ts";
import { sharedEnvironment } from "../../program/process_environment.ts";
import {
  checkSocketPath,
  hasMessageSocket,
  hasNotifySocket,
} from "../../program/readiness_sockets.ts";
import { findUser, type UserAccount } from "../../process/linux/user_account.ts";
import { isLogPattern } from "../../settings/table/log_pattern.ts";
import { lineMatcher } from "../../logs/line_matcher.ts";
import { checkName } from "../../root.ts";
import { refuseProblems, scheduleProblems } from "../../schedule/schedule_problems.ts";
import { checkEntry, checkWorkingDirectory, readOwnEnvFiles } from "../launch/launch_spec.ts";

/** Keeps the environments that processes share. */
export interface EnvironmentHost {
  /** The difference of an environment to the one that all processes share. */
  differenceFor(environment: Environment, explicit: Environment): EnvironmentDifference;
}

/** What preparing takes to know of the supervisor. */
export interface PrepareHost extends EnvironmentHost {
  /** The absolute path of the root. */
  readonly rootPath: string;
}

/** What is known of a process before it is made. */
export interface Prepared {
  readonly command: ResolvedCommand;
  readonly environment: EnvironmentDifference;
}

/**
 * Finds everything wrong with a definition before anything is made of it.
 *
 * @param environment That of the command line that asks, without the noise of its session.
 * @throws {Deno.errors.NotFound} if its directory, file, program or user is not there.
 * @throws {Deno.errors.InvalidData} if something of it cannot be used.
 */
export async function prepare(
  host: PrepareHost,
  environment: Environment,
  { words, name, cwd, interpreter, explicit, settings }: ProcessDefinition,
): Promise<Prepared> {
  if (name !== undefined) checkName(name);
  checkWorkingDirectory(cwd);
  refuseProblems(scheduleProblems(settings));
  const user = settings.user ? await findUser(settings.user) : undefined;
  if (user) await checkEntry(cwd, user);
  checkSocket(host.rootPath, settings, user);
  const { wait_ready = null } = settings;
  if (isLogPattern(wait_ready)) await lineMatcher(wait_ready);
  const files = await readOwnEnvFiles(settings, user);
  const difference = { set: explicit, unset: [], explicit: Object.keys(explicit) };
  // Only to look the program up: what is stored is the difference to the base.
  const env = sharedEnvironment({ base: environment, user, difference, files });
  const command = resolveCommand(words, { cwd, env, interpreter, shell: settings.shell });
  return { command, environment: host.differenceFor(environment, explicit) };
}

/** Refuses a process that could not reach the socket on which it is to say that it is ready. */
function checkSocket(
  root: string,
  { wait_ready = null, watchdog = 0 }: ProcessDefinition["settings"],
  user: UserAccount | undefined,
): void {
  if (!hasNotifySocket({ wait_ready, watchdog }) && !hasMessageSocket({ wait_ready })) return;
  checkSocketPath(root);
  if (user === undefined || user.uid === 0) return;
  const setting = watchdog > 0 ? "watchdog" : `wait_ready "${wait_ready}"`;
  throw new Deno.errors.InvalidData(
    `with ${setting} it is to say itself how it is, on a socket below the root '${root}', which ` +
      `is closed to user '${user.name}' (mode 0700); wait for "port", "health" or a line of its ` +
      "log instead, or run it without 'user'",
  );
}

/**
 * Makes the spec of a definition.
 *
 * @throws {Deno.errors.InvalidData} if its parts do not go together.
 */
export function makeSpec(
  { name, settings, cwd }: ProcessDefinition,
  resolved: ResolvedCommand,
  port: number | null,
): Spec {
  const { command, argv, interpreter } = resolved;
  // Instances share a name, whatever it is made from.
  const app = (settings.instances ?? 1) > 1 ? settings.app ?? name ?? resolved.name : settings.app;
  const spec = checkSpec({
    ...settings,
    ...app ? { app } : {},
    command,
    argv,
    interpreter,
    cwd,
    port,
  });
  refuseCheckWithoutPort(spec);
  refuseVainWait(spec);
  return spec;
}

function refuseCheckWithoutPort({ port, health }: Spec): void {
  if (port !== null) return;
  if (health?.type === "tcp" && health.port === undefined) {
    throw missingPort("its health check connects to its port");
  }
  if (health?.type === "http" && health.url.includes("${PORT}")) {
    throw missingPort("its health check asks for its ${PORT}");
  }
}

/**
 * Refuses a readiness or health check that can never succeed, as it needs a port or check that is
 * not there.
 */
function refuseVainWait({ port, health, wait_ready }: Spec): void {
  if (isLogPattern(wait_ready)) return;
  switch (wait_ready) {
    case null:
    case "notify":
    case "message":
      return;
    case "port":
      if (port !== null) return;
      throw missingPort("it is to be waited for until it listens on its port");
    case "health":
      if (health !== null) return;
      throw new Deno.errors.InvalidData(
        "it is to be waited for until it is healthy, but has no health check; add one, as in " +
          "--health-url 'http://127.0.0.1:${PORT}/'",
      );
    default:
      return unhandled(wait_ready);
  }
}

function missingPort(what: string): Error {
  return new Deno.errors.InvalidData(
    `${what}, but it has none; give it one, as in --port 3000`,
  );
}

/**
 * The full name of a process, as {@linkcode instanceFullName} makes it.
 *
 * @throws {Deno.errors.InvalidData} if none can be made from its command.
 */
export function nameOf(
  definition: Pick<ProcessDefinition, "name" | "settings">,
  command: ResolvedCommand,
  port: number | null,
): string {
  const { instance = 0, instances = 1, share_port = false } = definition.settings;
  const identity = { instance, instances, port, share_port };
  if (definition.name !== undefined) return checkedName(definition.name, identity);
  try {
    return checkedName(command.name, identity);
  } catch {
    throw new Deno.errors.InvalidData("no name can be made from its command; pass --name NAME");
  }
}

/**
 * The full name of an instance.
 *
 * @throws {Deno.errors.InvalidData} if it breaks the rule for names.
 */
export function checkedName(name: string, identity: InstanceIdentity): string {
  const full = instanceFullName(name, identity);
  checkName(full);
  return full;
}
