/**
 * The settings of a process in `tsm.jsonc`: the one description from which files are read
 * and the JSON schema is made.
 *
 * @module
 */
import { parseSignal } from "../process/signals.ts";
import {
  duration,
  either,
  flag,
  type Form,
  isText,
  listOf,
  mapOf,
  mapped,
  matching,
  objectOf,
  oneOf,
  path,
  port,
  type Read,
  size,
  text,
  whole,
} from "../document/form.ts";
import { health } from "./health_form.ts";
import { watch } from "./watch_form.ts";

const COUNT = 1_000_000_000;

/** A command: a line, a file, or a list of words. */
export const command: Form<readonly string[]> = either<readonly string[]>(
  [text(), listOf(text(), "", 1)],
  "a command line or a list of words",
  (node) => {
    if (isText(node)) {
      return mapped(text("a command line", { own: true }), (line): readonly string[] => [line]);
    }
    if (node.kind !== "array" || node.items.length === 0) return undefined;
    return listOf(text(), "a list of words", 1);
  },
);

const variable: Form<string> = {
  schema: { type: ["string", "number", "boolean"] },
  takes: "a text, a number, true or false",
  read(node, reader) {
    if (node.kind === "scalar" && typeof node.value === "string") {
      if (node.value === "") return "";
      return text(this.takes).read(node, reader);
    }
    if (node.kind === "scalar" && node.value !== null) return String(node.value);
    reader.refuse(node, `expected ${this.takes}`);
    return undefined;
  },
};

/** Variables of the environment. */
export const variables: Form<Record<string, string>> = mapOf(
  variable,
  "an object of variables",
  { pattern: /^[^=\0]+$/, rule: "the name of a variable has no '='" },
);

const CONDITIONS = ["started", "healthy", "exited"] as const;

/** Names, and what must have become of them. */
const dependencies: Form<Record<string, typeof CONDITIONS[number]>> = either(
  [text(), listOf(text(), ""), mapOf(oneOf(CONDITIONS), "")],
  "a name, a list of names, or an object from names to conditions",
  (node) => {
    const started = (names: readonly string[]) =>
      Object.fromEntries(names.map((name) => [name, "started" as const]));
    if (isText(node)) return mapped(text(), (name) => started([name]));
    if (node.kind === "array") return mapped(listOf(text(), "a list of names"), started);
    return node.kind === "object"
      ? mapOf(oneOf(CONDITIONS), "an object from names to conditions")
      : undefined;
  },
);

const hooks = mapped(
  objectOf({
    pre_start: {
      form: text("a command line", { own: true }),
      help: "a command line run before every start; if it fails, so does the start",
    },
    post_stop: {
      form: text("a command line", { own: true }),
      help: "a command line run when it has ended",
    },
    timeout: { form: duration(86_400_000, 1), help: "time a hook may take (30s)" },
  }, "an object with 'pre_start' or 'post_stop'"),
  (given) => ({ timeout: 30_000, ...given }),
);

/** `always` and `never` may also be said as `true` and `false`. */
const autorestart: Form<"always" | "on-failure" | "never"> = either<
  "always" | "on-failure" | "never"
>(
  [flag, oneOf(["always", "on-failure", "never"])],
  `true, false, "always", "on-failure" or "never"`,
  (node) =>
    isText(node)
      ? oneOf(["always", "on-failure", "never"])
      : mapped(flag, (on) => on ? "always" : "never"),
);

const signal: Form<string> = {
  schema: { type: "string", pattern: "^(SIG)?[A-Za-z0-9]+$|\\$\\{" },
  takes: `a signal as "SIGINT"`,
  read(node, reader) {
    const given = text(this.takes).read(node, reader);
    if (given === undefined) return undefined;
    try {
      return parseSignal(given);
    } catch {
      reader.refuse(node, `there is no signal ${JSON.stringify(given)}; examples: SIGINT, SIGHUP`);
      return undefined;
    }
  },
};

/** The settings that go into a spec by the names they have here. */
export const SPEC_MEMBERS = {
  namespace: {
    form: matching(
      "a namespace of letters, digits, '.', '_' and '-'",
      /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
    ),
    help: "a group to select it by",
  },
  env_file: { form: path, help: "a file of variables, read at every start" },
  user: {
    form: matching("the name of a user", /^[A-Za-z0-9_][A-Za-z0-9_.-]*\$?$/),
    help: "run it as another user (root only)",
  },
  autorestart: { form: autorestart, help: "when it is started again after it ended by itself" },
  max_restarts: {
    form: whole("a whole number up to 1000000", 0, 1_000_000),
    help: "give up after so many unstable restarts in a row (16)",
  },
  min_uptime: { form: duration(), help: "a run that ends sooner is unstable (1s)" },
  restart_delay: { form: duration(), help: "pause before every restart" },
  exp_backoff: { form: duration(), help: "first pause of one that grows from crash to crash" },
  stop_exit_codes: {
    form: listOf(whole("an exit code, 0 to 255", 0, 255), "a list of exit codes"),
    help: "exit codes after which it stays stopped",
  },
  max_memory: { form: size, help: "restart it when it and its children hold more memory" },
  cron_restart: { form: text("a cron pattern"), help: "restart it at these times" },
  kill_timeout: { form: duration(), help: "time it has to end before SIGKILL (5s)" },
  stop_signal: { form: signal, help: "the signal that asks it to end (SIGTERM)" },
  log_max_size: { form: size, help: "rotate a log that has this size (10M)" },
  log_max_files: {
    form: whole("a whole number", 0, COUNT),
    help: "how many rotated files of each log are kept (30; 0: all)",
  },
  log_max_age: {
    form: duration(Number.MAX_SAFE_INTEGER),
    help: "how long rotated files are kept",
  },
  log_max_total: { form: size, help: "size of all rotated files above which the oldest go" },
  log_rotate: {
    form: text("daily, hourly or a cron pattern"),
    help: "rotate daily, hourly or by a cron pattern (UTC)",
  },
  log_rotate_on_restart: { form: flag, help: "begin new logs at every restart" },
  freeze: { form: flag, help: "freeze it for the last moment of a rotation (true)" },
  depends_on: {
    form: dependencies,
    help: "what must be started, healthy or exited before it is started",
  },
  health: { form: health, help: "how to tell whether it is well; if it is not, it is restarted" },
  wait_ready: {
    form: oneOf(["port", "health"]),
    help: "its start is done when its port is open, or its health check passed",
  },
  ready_timeout: { form: duration(), help: "time it has to get ready (30s)" },
  watch: { form: watch, help: "restart it when files change" },
  priority: {
    form: whole("a whole number from -1000 to 1000", -1000, 1000),
    help: "lower starts first, within what depends_on asks for (0)",
  },
  hooks: { form: hooks, help: "commands to run before its start and after its end" },
  nice: { form: whole("a number from -20 to 19", -20, 19), help: "how much it gives way" },
  nofile: {
    form: whole("a number from 16", 16, 1_073_741_816),
    help: "how many files it may open",
  },
  umask: {
    form: matching(`a umask as "022"`, /^0?[0-7]{3}$/),
    help: "permissions its new files do not get",
  },
} as const;

const environments: Form<Record<string, Record<string, string>>> = mapOf(
  variables,
  "an object from names to variables",
);

/** Everything that can be said of a process. */
export const PROCESS_MEMBERS = {
  command: { form: command, help: "a command line, a file to run, or a list of words" },
  cwd: { form: path, help: "its working directory (the file's own)" },
  interpreter: {
    form: text("a program"),
    help: "run the file with this program ('none': by itself)",
  },
  port: { form: port, help: "its port: in its name, and in PORT" },
  instances: {
    form: whole("a whole number from 1 to 1000", 1, 1000),
    help: "how many of it run (1); each gets TSM_INSTANCE",
  },
  increment: {
    form: whole("a whole number from 1 to 1000", 1, 1000),
    help: "what is added to the port from instance to instance (1)",
  },
  env: { form: variables, help: "variables over the environment and env_file" },
  environments: {
    form: environments,
    help: "variables over env, for 'tsm start FILE --env-name NAME'",
  },
  ...SPEC_MEMBERS,
} as const;

/** What a file says of a process. */
export type ProcessSettings = Read<typeof PROCESS_MEMBERS>;

/** All of a process, as an object. */
export const processForm: Form<ProcessSettings> = objectOf(
  PROCESS_MEMBERS,
  "a command or an object",
);
