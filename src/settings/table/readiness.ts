import { matcherProblem } from "./body_matcher.ts";
import { COMMAND_LINE } from "./command_line.ts";
import { LOG_PATTERN } from "./log_pattern.ts";
import { loopbackProblem } from "./loopback.ts";
import type { Setting } from "./setting.ts";
import { DAY, type Parts } from "./value_type.ts";

/** When and how often a health check is made. */
const TIMING = {
  interval: {
    type: { kind: "duration", minimum: 100, maximum: DAY },
    default: 10_000,
    help: "time between two checks",
    flag: { name: "health-interval", value: "10s" },
  },
  timeout: {
    type: { kind: "duration", minimum: 1, maximum: DAY },
    default: 5000,
    help: "time a check may take",
    flag: { name: "health-timeout", value: "5s" },
  },
  retries: {
    type: { kind: "number", minimum: 1, maximum: 1000 },
    default: 3,
    help: "failures in a row after which it is unhealthy, and restarted",
    flag: { name: "health-retries", value: "3" },
  },
  grace: {
    type: { kind: "duration", minimum: 0, maximum: DAY },
    default: 0,
    help: "time after its start in which failures do not count, until it is healthy",
    flag: { name: "health-grace", value: "5s" },
  },
} as const satisfies Parts;

/** What a process waits for, when it is up, and what is watched and run around it. */
export const READINESS_SETTINGS = {
  depends_on: {
    type: {
      kind: "map",
      of: { kind: "choice", words: ["started", "healthy", "exited"] },
      what: "a name, a list of names, or an object from names to conditions",
      bare: "started",
      details: {
        key: "condition",
        what: "a condition, or an object with 'condition', 'restart' and 'once'",
        help: "what it must be",
        parts: {
          restart: {
            type: { kind: "switch" },
            help: "where it is restarted or reloaded on request, this is too",
          },
          once: {
            type: { kind: "switch" },
            help: "that it has 'exited' well before the last boot is enough",
          },
        },
      },
    },
    default: {},
    help: "what must be 'started', 'healthy' or have 'exited' well before it is started",
    flag: { name: "depends-on", value: "NAME[:healthy][,restart]", repeat: true },
    of: "app",
    needsRestart: false,
    hasStoredDefault: false,
  },
  health: {
    type: {
      kind: "variant",
      what: `"tcp", a URL, or an object with 'url', 'port' or 'command'`,
      noun: "a check",
      help: "what kind of check it is",
      variants: {
        tcp: {
          port: {
            type: { kind: "number", minimum: 1, maximum: 65535, what: "a port" },
            help: "restart it when nobody accepts connections there; its own port by default",
            flag: { name: "health-tcp", value: "PORT" },
          },
          host: {
            type: { kind: "choice", words: ["127.0.0.1", "localhost", "::1", "[::1]"] },
            help: "where that port is; 127.0.0.1 by default",
          },
        },
        http: {
          url: {
            type: {
              kind: "text",
              what: "a URL",
              maximum: 10_000,
              pattern: /^[Hh][Tt][Tt][Pp][Ss]?:/,
              problem: loopbackProblem,
              keepsOwnVariables: true,
            },
            required: true,
            help: "restart it when this no longer answers; ${PORT} is its port; only this machine",
            flag: { name: "health-url", value: "URL" },
          },
          status: {
            type: { kind: "number", minimum: 100, maximum: 599, what: "a status" },
            help: "the status it must answer with; any from 200 to 399 by default",
          },
          body: {
            type: {
              kind: "text",
              what: "a text or a /pattern/",
              maximum: 10_000,
              problem: matcherProblem,
            },
            help: "a part of the answer's body, or a /pattern/",
          },
        },
        command: {
          command: {
            type: COMMAND_LINE,
            required: true,
            help: "restart it when this command line fails",
            flag: { name: "health-cmd", value: "COMMAND" },
          },
        },
      },
      common: TIMING,
      shorthand: "url",
    },
    default: null,
    help: "how to tell whether it is well; if it is not, it is restarted",
    of: "app",
    needsRestart: true,
    hasStoredDefault: false,
  },
  wait_ready: {
    type: { kind: "choice", words: ["port", "health", "notify", "message"], or: LOG_PATTERN },
    default: null,
    help: "its start is done when its port is open, its health check passed, or it says so itself",
    flag: { name: "wait-ready" },
    pm2: {
      names: ["wait_ready"],
      note: "`wait_ready`: of a node program `message`, of others its port is waited for",
    },
    of: "app",
    needsRestart: false,
    hasStoredDefault: false,
  },
  ready_timeout: {
    type: { kind: "duration", minimum: 0, maximum: DAY },
    default: 30_000,
    help: "time in which one with wait_ready must become ready",
    flag: { name: "ready-timeout", value: "30s" },
    pm2: { names: ["listen_timeout"] },
    of: "app",
    needsRestart: false,
    hasStoredDefault: true,
  },
  watchdog: {
    type: { kind: "duration", minimum: 0, maximum: DAY },
    default: 0,
    help: "restart it when it says no WATCHDOG=1 (sd_notify) for so long; 0: it need not",
    flag: { name: "watchdog", value: "10s" },
    of: "app",
    needsRestart: true,
    hasStoredDefault: false,
  },
  watch: {
    type: {
      kind: "object",
      what: "true, paths, or an object with 'paths'",
      parts: {
        paths: {
          type: {
            kind: "list",
            of: { kind: "path", isInCwd: true },
            what: "a path or a list of paths",
            minimum: 1,
            maximum: 100,
            single: true,
          },
          required: true,
          help: "restart it when files there change; its working directory by default",
          flag: { name: "watch", value: "src,lib", optional: "." },
          pm2: { names: ["watch"], note: "`watch`" },
        },
        ignore: {
          type: {
            kind: "list",
            of: { kind: "text", what: "a pattern", maximum: 10_000 },
            what: "a list of patterns",
            minimum: 0,
            maximum: 1000,
          },
          default: [],
          help:
            "globs of files that do not count, by their path below the watched one or their name",
          flag: { name: "watch-ignore", value: "GLOB", repeat: true },
          pm2: {
            names: ["ignore_watch"],
            note: "`watch.ignore`; globs, where PM2 takes regular expressions too",
          },
        },
        debounce: {
          type: { kind: "duration", minimum: 0, maximum: DAY },
          default: 200,
          help: "quiet time before it is restarted",
          pm2: { names: ["watch_delay"], note: "`watch.debounce`" },
        },
      },
      shorthand: "paths",
    },
    default: null,
    help: "restart it when files change",
    of: "app",
    needsRestart: false,
    hasStoredDefault: false,
  },
  priority: {
    type: { kind: "number", minimum: -1_000_000, maximum: 1_000_000 },
    default: 0,
    help: "a low one is started first, within what depends_on asks for",
    of: "app",
    needsRestart: false,
    hasStoredDefault: false,
  },
  hooks: {
    type: {
      kind: "object",
      what: "an object with 'pre_start' or 'post_stop'",
      parts: {
        pre_start: {
          type: COMMAND_LINE,
          help: "a command line run before every start; if it fails, so does the start",
          flag: { name: "pre-start", value: "COMMAND" },
        },
        post_stop: {
          type: COMMAND_LINE,
          help: "a command line run when it has ended",
          flag: { name: "post-stop", value: "COMMAND" },
        },
        timeout: {
          type: { kind: "duration", minimum: 1, maximum: DAY },
          default: 30_000,
          help: "time a hook may take",
          flag: { name: "hook-timeout", value: "30s" },
        },
      },
    },
    default: null,
    help: "command lines run before its start and after its end",
    of: "app",
    needsRestart: false,
    hasStoredDefault: false,
  },
} as const satisfies Readonly<Record<string, Setting>>;
