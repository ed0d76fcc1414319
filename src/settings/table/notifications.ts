import { NOTIFY_KEYS } from "../../event_table.ts";
import { COMMAND_LINE } from "./command_line.ts";
import type { Setting } from "./setting.ts";
import { DAY, type MapType, type NumberType } from "./value_type.ts";

/** How many commands a minute may be run for the events of one process. */
export const NOTIFICATIONS_A_MINUTE = {
  kind: "number",
  minimum: 1,
  maximum: 1000,
} as const satisfies NumberType;

/** The least time that a command for an event has. */
export const SHORTEST_NOTIFICATION = 100;

/** Who is told of what happens to a process. */
export const NOTIFICATION_SETTINGS = {
  on: {
    type: {
      kind: "map",
      of: COMMAND_LINE,
      names: NOTIFY_KEYS,
      what: "an object from events to command lines",
    } as const satisfies MapType,
    default: {},
    help: "command lines that are run when an event happens; 'failure': when one means trouble",
    flag: { name: "on", value: "EVENT=COMMAND", repeat: true },
    of: "app",
    needsRestart: false,
    hasStoredDefault: false,
  },
  on_limit: {
    type: NOTIFICATIONS_A_MINUTE,
    default: 10,
    help: "how many of them are run a minute; what happens besides is summed up in one",
    flag: { name: "on-limit", value: "10" },
    of: "app",
    needsRestart: false,
    hasStoredDefault: false,
  },
  on_timeout: {
    type: { kind: "duration", minimum: SHORTEST_NOTIFICATION, maximum: DAY },
    default: 30_000,
    help: "time one of them may take",
    flag: { name: "on-timeout", value: "30s" },
    of: "app",
    needsRestart: false,
    hasStoredDefault: false,
  },
} as const satisfies Readonly<Record<string, Setting>>;
