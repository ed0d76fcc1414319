import { messageOf } from "../../errors.ts";
import { directoryEntries } from "../../files/directory_entries.ts";
import { removeIfThere } from "../../files/replace_file.ts";
import type { Meta } from "../../meta/metadata.ts";
import type { Spec } from "../../meta/spec.ts";
import { findUser, type UserAccount } from "../../process/linux/user_account.ts";
import { loginEnvironment } from "../../process/user.ts";
import {
  type Environment,
  type EnvironmentDifference,
  readBaseEnvironment,
} from "../../program/environment.ts";
import { givenEnvironment } from "../../program/own_environment.ts";
import { processEnvironment } from "../../program/process_environment.ts";
import type { RuntimeRoot } from "../../root.ts";
import { readOwnEnvFiles } from "../launch/launch_spec.ts";
import { type InputOutcome, runWithInput } from "../launch/run_with_input.ts";
import { type Notice, noticeJson, type NoticePlace, noticeVariables } from "./notice.ts";
import type { NoticeCommand } from "./notice_command.ts";

/** The process that a notice is about, as it was when that happened. */
export interface NoticeProcess {
  readonly meta: Meta;
  readonly spec: Spec;
  readonly difference: EnvironmentDifference;
}

/** What running a command takes to know of the supervisor. */
export interface NoticeHost {
  readonly root: RuntimeRoot;
  /** The absolute path of the root. */
  readonly rootPath: string;
  log(text: string): void;
}

/** Removes what commands of a supervisor that was killed were to read. */
export function removeInputs({ runtime, noticeInput }: RuntimeRoot): void {
  for (const { name } of directoryEntries(runtime)) {
    const path = `${runtime}/${name}`;
    if (path.startsWith(`${noticeInput}.`)) removeIfThere(path);
  }
}

/** So many have been run; it tells the files of one from those of another. */
let runs = 0;

/**
 * Runs the command that is told of a notice: as the user of the process, in its directory and with
 * its environment, as its hooks are. Where the directory or an env file is gone it is run without,
 * for that may be the very trouble.
 *
 * @param about `undefined` where the process is not known any more, and for the supervisor.
 * @throws what keeps it from being run.
 */
export async function runNotice(
  host: NoticeHost,
  { line, user: userName, timeout }: NoticeCommand,
  notice: Notice,
  about: NoticeProcess | undefined,
): Promise<InputOutcome> {
  const { root, rootPath } = host;
  const place: NoticePlace = { root: rootPath, host: Deno.hostname() };
  const user = userName === null ? undefined : await findUser(userName);
  const env = about
    ? await environmentOf(host, about, user)
    : user
    ? loginEnvironment(user, Deno.env.toObject())
    : readBaseEnvironment(root) ?? givenEnvironment();
  return await runWithInput({
    line,
    cwd: directoryOf(about?.spec),
    env: { ...env, ...noticeVariables(notice, place) },
    user,
    timeout,
    input: noticeJson(notice, place),
    inputPath: `${root.noticeInput}.${++runs}`,
    handover: root.noticeHandover,
  });
}

async function environmentOf(
  host: NoticeHost,
  { meta, spec, difference }: NoticeProcess,
  user: UserAccount | undefined,
): Promise<Environment> {
  // What it is ready by is for the process alone.
  const owner = { ...spec, wait_ready: null, watchdog: 0 };
  const base = readBaseEnvironment(host.root) ?? {};
  const put = (files: Awaited<ReturnType<typeof readOwnEnvFiles>>) =>
    processEnvironment({ ...owner, root: host.rootPath, id: meta.tsm_id, name: meta.name }, {
      base,
      user,
      difference,
      files,
    });
  try {
    return put(await readOwnEnvFiles(spec, user));
  } catch (error) {
    host.log(`${meta.name}: its command for events runs without its env file: ${messageOf(error)}`);
    return put({ entries: [], expands: false });
  }
}

function directoryOf(spec: Spec | undefined): string {
  try {
    if (spec && Deno.statSync(spec.cwd).isDirectory) return spec.cwd;
  } catch {
    // It is gone.
  }
  return "/";
}
