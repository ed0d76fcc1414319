import type { Setting } from "./setting.ts";

/** How the logs of a process are kept. */
export const LOG_SETTINGS = {
  log_max_size: {
    type: { kind: "size" },
    default: 10 * 1024 ** 2,
    help: "rotate a log that has this size; 0: not by size",
    flag: { name: "log-max-size", value: "SIZE" },
    of: "app",
    needsRestart: false,
    hasStoredDefault: true,
  },
  log_max_files: {
    type: { kind: "number", minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
    default: 30,
    help: "how many rotated files of each log are kept; 0: all",
    flag: { name: "log-max-files", value: "10" },
    of: "app",
    needsRestart: false,
    hasStoredDefault: true,
  },
  log_max_age: {
    type: { kind: "duration", minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
    default: 0,
    help: "how long rotated files are kept; 0: for good",
    flag: { name: "log-max-age", value: "7d" },
    of: "app",
    needsRestart: false,
    hasStoredDefault: true,
  },
  log_max_total: {
    type: { kind: "size" },
    default: 0,
    help: "size of all rotated files above which the oldest go; 0: no limit",
    flag: { name: "log-max-total", value: "SIZE" },
    of: "app",
    needsRestart: false,
    hasStoredDefault: true,
  },
  log_rotate: {
    type: { kind: "text", what: "daily, hourly or a cron pattern" },
    default: null,
    help: "rotate its logs daily, hourly or by a cron pattern (UTC)",
    flag: { name: "log-rotate", value: "WHEN" },
    of: "app",
    needsRestart: false,
    hasStoredDefault: true,
  },
  log_rotate_on_restart: {
    type: { kind: "switch" },
    default: false,
    help: "begin new logs at every restart",
    flag: { name: "log-rotate-on-restart" },
    of: "app",
    needsRestart: false,
    hasStoredDefault: true,
  },
  /** `null`: its output goes straight to its logs. */
  log_pipe: {
    type: { kind: "text", what: "a command line, or 'file'" },
    default: null,
    help: "a command that its output goes through ('logger -t api'); 'file': a pipe to its logs",
    flag: { name: "log-pipe", value: "COMMAND" },
    of: "app",
    needsRestart: true,
    hasStoredDefault: true,
  },
  /** `null`: its logs are below the root only. */
  log_links: {
    type: {
      kind: "object",
      what: "an object with 'out', 'err' or both",
      parts: {
        out: {
          type: { kind: "path" },
          help: "a symbolic link to its stdout log, made at a start; a file that is there is kept",
          flag: { name: "log-link-out", value: "FILE" },
        },
        err: {
          type: { kind: "path" },
          help: "the same for its stderr log",
          flag: { name: "log-link-err", value: "FILE" },
        },
        merge: {
          type: { kind: "switch" },
          default: false,
          help: "only the first of several instances has them; else each, with its number",
          flag: { name: "log-link-merge" },
        },
      },
    },
    default: null,
    help: "symbolic links to its logs, where people look for them",
    of: "app",
    needsRestart: true,
    hasStoredDefault: false,
  },
  freeze: {
    type: { kind: "switch" },
    default: true,
    help: "freeze it for the last moment of a rotation, so that no line is lost",
    flag: {
      name: "no-freeze",
      help: "rotate its logs without a pause of milliseconds; may lose lines",
    },
    of: "app",
    needsRestart: false,
    hasStoredDefault: true,
  },
} as const satisfies Readonly<Record<string, Setting>>;
