/**
 * The one table of everything that can be set of a process. From it come the check of
 * `spec.json` and of requests, the form of `tsm.jsonc` and its JSON schema, the flags of
 * `tsm start` and their help, `tsm set default.NAME`, the lines of `tsm describe`, completion,
 * the man page, the tables in `docs/` and the import from PM2.
 *
 * A new setting is one entry here and its effect in the supervisor; `CONTRIBUTING.md` tells how.
 *
 * @module
 */
import type { Setting } from "./setting.ts";
import { IDENTITY_SETTINGS } from "./identity.ts";
import { LIMIT_SETTINGS } from "./limits.ts";
import { LOG_SETTINGS } from "./logs.ts";
import { NOTIFICATION_SETTINGS } from "./notifications.ts";
import { READINESS_SETTINGS } from "./readiness.ts";
import { RESTART_SETTINGS } from "./restart.ts";
import type { ValueOf } from "./value_type.ts";

/**
 * The settings, by their names in `spec.json`. The digest of what a file says of a process is
 * made in this order: with another one, the next `tsm apply` would restart everything.
 */
export const SETTINGS = {
  ...IDENTITY_SETTINGS,
  ...RESTART_SETTINGS,
  ...LOG_SETTINGS,
  ...READINESS_SETTINGS,
  ...LIMIT_SETTINGS,
  ...NOTIFICATION_SETTINGS,
} as const satisfies Readonly<Record<string, Setting>>;

/** The name of a setting in `spec.json`. */
export type SettingKey = keyof typeof SETTINGS;

/** The names of all settings. */
export const SETTING_KEYS = Object.keys(SETTINGS) as readonly SettingKey[];

/** The settings of one process, as `spec.json` has them. */
export type SpecSettings = { readonly [K in SettingKey]: ValueOfSetting<(typeof SETTINGS)[K]> };

type ValueOfSetting<S extends Setting> =
  | ValueOf<S["type"]>
  | (S["default"] extends null ? null : never);

/** What a setting is when nobody says otherwise: PM2's value where PM2 has one. */
export const SPEC_DEFAULTS = Object.fromEntries(
  SETTING_KEYS.map((key) => [key, SETTINGS[key].default]),
) as unknown as SpecSettings;

/** How the health of a process is checked. */
export type Health = NonNullable<SpecSettings["health"]>;
/** Which files restart a process. */
export type WatchedFiles = NonNullable<SpecSettings["watch"]>;
/** What is run before each start of a process and after each end. */
export type Hooks = NonNullable<SpecSettings["hooks"]>;
/** What a dependency must be before the process is started. */
export type Condition = Extract<SpecSettings["depends_on"][string], string>;

/** Whether an app has it beside its settings; see {@linkcode Setting.isApart}. */
export function isApart(key: SettingKey): boolean {
  const setting: Setting = SETTINGS[key];
  return setting.isApart ?? false;
}
