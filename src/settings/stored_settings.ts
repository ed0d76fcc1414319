/**
 * What `tsm set` can store, in `settings.json`: settings of the supervisor, and other defaults
 * for new processes.
 *
 * @module
 */
import { NOTIFY_KEYS } from "../event_table.ts";
import { COMMAND_LINE } from "./table/command_line.ts";
import type { Setting } from "./table/setting.ts";
import { SETTING_KEYS, SETTINGS } from "./table/settings_table.ts";
import type { ValueType } from "./table/value_type.ts";

/** One thing that can be stored. */
export interface StoredSetting {
  readonly key: string;
  readonly type: ValueType;
  /** What it is when nobody has set it; `null`: nothing. */
  readonly default: unknown;
  readonly help: string;
}

const OF_SUPERVISOR: readonly StoredSetting[] = [
  {
    key: "save.auto",
    type: { kind: "switch" },
    default: false,
    help: "save the list after each change; an empty list is never saved by itself",
  },
  {
    key: "retention.days",
    type: { kind: "number", minimum: 1, maximum: 36_500 },
    default: 30,
    help: "days for which events and metrics are kept in db/",
  },
  {
    key: "retention.size",
    type: { kind: "size" },
    default: 500 * 1024 ** 2,
    help: "size above which the oldest events and metrics are removed; 0: no limit",
  },
  {
    key: "metrics_port",
    type: { kind: "number", minimum: 1, maximum: 65535, what: "a port" },
    default: null,
    help: "fixed port of 127.0.0.1 for GET /metrics; 'tsm token metrics' opens it",
  },
];

/** What is run for events of all processes and the supervisor; a process's own `on` prevails. */
const FOR_EVENTS: readonly StoredSetting[] = [
  ...Object.entries(NOTIFY_KEYS).map(([key, when]) => ({
    key: `on.${key}`,
    type: COMMAND_LINE,
    default: null,
    help: `a command line that is run when this happens to any process: ${when}`,
  })),
  {
    key: "on.limit",
    type: SETTINGS.on_limit.type,
    default: SETTINGS.on_limit.default,
    help: "how many of these are run a minute; what happens besides is summed up in one",
  },
  {
    key: "on.timeout",
    type: SETTINGS.on_timeout.type,
    default: SETTINGS.on_timeout.default,
    help: "time one of these may take",
  },
];

/** Everything that can be stored; `default.X` is the setting X of new processes. */
export const STORED_SETTINGS: readonly StoredSetting[] = [
  ...OF_SUPERVISOR,
  ...FOR_EVENTS,
  ...SETTING_KEYS.flatMap((key) => {
    const setting: Setting = SETTINGS[key];
    if (!setting.hasStoredDefault) return [];
    const { type, help } = setting;
    return [{
      key: `default.${key}`,
      type,
      default: setting.default,
      help: `new processes: ${help}`,
    }];
  }),
];

/** What can be stored as `key`, or `undefined` if nothing can. */
export function findStoredSetting(key: string): StoredSetting | undefined {
  return STORED_SETTINGS.find((setting) => setting.key === key);
}
