import { messageOf } from "../../errors.ts";
import { checkShell } from "../../program/command.ts";
import { readBaseEnvironment } from "../../program/environment.ts";
import { tryLimits } from "../../process/limits.ts";
import { findUser } from "../../process/linux/user_account.ts";
import type { RuntimeRoot } from "../../root.ts";
import { refuseProblems, scheduleProblems } from "../../schedule/schedule_problems.ts";
import { settingIssue } from "../../settings/settings_file.ts";
import { SPEC_DEFAULTS, type SpecSettings } from "../../settings/table/settings_table.ts";

/**
 * Checks what is to be stored as `default.X` as the setting X is at a start: else it would be
 * stored, and refused with every process that is started from then on.
 *
 * @param key The key of any stored setting; what is no default has no check here.
 * @throws {Deno.errors.InvalidData} if no process could be started with it on this machine.
 */
export async function checkDefault(root: RuntimeRoot, key: string, value: unknown): Promise<void> {
  // What is not of its kind is refused with that when it is stored.
  if (!key.startsWith("default.") || settingIssue(key, value) !== undefined) return;
  const settings: Partial<SpecSettings> = { [key.slice("default.".length)]: value };
  try {
    await checkOnMachine(root, settings);
  } catch (error) {
    throw new Deno.errors.InvalidData(`Cannot set ${key}: ${messageOf(error)}`);
  }
}

async function checkOnMachine(
  root: RuntimeRoot,
  settings: Partial<SpecSettings>,
): Promise<void> {
  refuseProblems(scheduleProblems(settings));
  if (settings.user) await findUser(settings.user);
  const { shell } = settings;
  if (shell) checkShell({ cwd: "/", env: readBaseEnvironment(root) ?? {}, shell });
  await tryLimits({ ...SPEC_DEFAULTS, ...settings });
}
