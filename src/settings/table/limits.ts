import type { Setting } from "./setting.ts";

/**
 * What a process may take of the system; `null`: what any program starts with, whatever the
 * supervisor was started with (`src/process/linux/enter_root.ts`). Each has its effect in
 * `src/process/limits.ts`: the compiler refuses one without.
 */
export const LIMIT_SETTINGS = {
  nice: {
    type: { kind: "number", minimum: -20, maximum: 19 },
    default: null,
    help: "its niceness: how much it gives way; below 0 takes root, as in --nice=-5",
    flag: { name: "nice", value: "10" },
    of: "app",
    needsRestart: true,
    hasStoredDefault: true,
  },
  nofile: {
    type: { kind: "number", minimum: 16, maximum: 1_073_741_816 },
    default: null,
    help: "how many files it may have open, 1,024 by default",
    flag: { name: "nofile", value: "4096" },
    of: "app",
    needsRestart: true,
    hasStoredDefault: true,
  },
  umask: {
    type: { kind: "text", what: 'a umask as "022"', pattern: /^0?[0-7]{3}$/ },
    default: null,
    help: "the mode bits its new files do not get, 022 by default",
    flag: { name: "umask", value: "027" },
    of: "app",
    needsRestart: true,
    hasStoredDefault: true,
  },
} as const satisfies Readonly<Record<string, Setting>>;
