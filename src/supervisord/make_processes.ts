import { resolve } from "@std/path/posix";
import { formatBytes } from "../units.ts";
import { joinWords, splitWords } from "../program/shell_words.ts";
import { validNames } from "../meta/valid_name.ts";
import { DEFAULTS, type Section } from "./ini.ts";
import { lossOf } from "./options.ts";
import type { Files } from "./read_files.ts";
import type { Common, SupervisordProcess, SupervisordProgram } from "./read_programs.ts";
import { asConfigText, hasMark } from "./variable_mark.ts";

/** What `tsm.jsonc` says of a process, by the names of its settings. */
export type Settings = Readonly<Record<string, unknown>>;

/** A process of the file that is made. */
export interface MadeProcess {
  readonly name: string;
  /** Where it comes from, for a comment. */
  readonly source: string;
  readonly settings: Settings;
  /** Why it is in the file as a comment only. */
  readonly leftOut: string | undefined;
  /** What of it is not as it was, a sentence each. */
  readonly notes: readonly string[];
}

/** What supervisord does where nothing is said, and tsm does otherwise. */
const STANDARD: Settings = {
  autorestart: "on-failure",
  max_restarts: 3,
  exp_backoff: "1s",
  kill_timeout: "10s",
};

/** The priority of what has none, where others have one. */
const PRIORITY = 999;

/** What supervisord takes where nothing is said: it stands in {@linkcode STANDARD}, or is tsm's too. */
const SAME = { startsecs: 1, startretries: 3, stopwaitsecs: 10, stopsignal: "SIGTERM" };

/** What all processes have, as the defaults of the file say it. */
export function defaultsOf(
  { environment, directory, umask, nodaemon, minfds }: Common,
  processes: readonly MadeProcess[],
): Settings {
  const variables = Object.entries(environment)
    .map(([key, value]) => [key, asConfigText(value)]);
  return {
    ...STANDARD,
    ...processes.some(({ settings }) => "priority" in settings) ? { priority: PRIORITY } : {},
    ...directory === undefined ? {} : { cwd: asConfigText(directory) },
    ...umask === undefined || nodaemon ? {} : { umask: umaskText(umask) },
    ...minfds === undefined ? {} : { nofile: minfds },
    ...variables.length === 0 ? {} : { env: Object.fromEntries(variables) },
  };
}

function umaskText(bits: number): string {
  return bits.toString(8).padStart(3, "0");
}

/** Makes processes of tsm of programs of supervisord's, each with what of it is lost. */
export async function makeProcesses(
  programs: readonly SupervisordProgram[],
  files: Files,
  common: Common,
): Promise<readonly MadeProcess[]> {
  const drafts = programs.flatMap((program) => draftsOf(program, files, common));
  const names = apart(await validNames(drafts.map(({ name }) => name)));
  return drafts.map((draft, index) => {
    const name = names[index]!;
    if (name === draft.name) return draft;
    return { ...draft, name, notes: [...draft.notes, `called '${draft.name}' in supervisord`] };
  });
}

/** Names of which none is there twice: supervisord tells them apart by their groups. */
function apart(names: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let own = name;
    for (let number = 2; taken.has(own); number++) own = `${name}-${number}`;
    taken.add(own);
    return own;
  });
}

function draftsOf(
  program: SupervisordProgram,
  files: Files,
  common: Common,
): readonly MadeProcess[] {
  const { kind, name, file, section, processes } = program;
  const [first] = processes;
  const title = `${kind}:${name}`;
  const source = `[${title}] of ${file}`;
  const lost = lossesOf(title, section, files);
  if (first === undefined) return [];
  const leftOut = whyLeftOut(program, first);
  if (processes.length > 1 && !processes.every((one) => isInstanceOf(first, one))) {
    return processes.map((one) => {
      const { settings, notes } = settingsOf(program, one, files, common);
      return { name: one.name, source, settings, leftOut, notes: [...lost, ...notes] };
    });
  }
  const { settings, notes } = settingsOf(program, first, files, common);
  const isNumbered = /%\(process_num\)/.test(section["process_name"] ?? "");
  return [{
    name: processes.length > 1 || isNumbered ? name : first.name,
    source,
    settings: processes.length > 1 ? withInstances(settings, processes.length, section) : settings,
    leftOut,
    notes: [...lost, ...notes],
  }];
}

/** What of a section is lost, a sentence each. */
export function lossesOf(title: string, section: Section, { sections }: Files): readonly string[] {
  // What stands there counts for those sections that have such an option.
  const defaults = sections.get(DEFAULTS);
  return Object.entries(section).filter(([key, value]) => defaults?.[key] !== value)
    .flatMap(([key, value]) => lossOf(title, key, value) ?? []);
}

function whyLeftOut(
  { kind }: SupervisordProgram,
  { autostart }: SupervisordProcess,
): string | undefined {
  if (kind === "eventlistener") return "it listens to supervisord's events, which tsm has not";
  if (kind === "fcgi-program") return "it is handed an open socket, which tsm does not do";
  return autostart ? undefined : "autostart=false: it was not started with the others";
}

/** Whether two processes of a program differ in nothing but their number. */
function isInstanceOf(first: SupervisordProcess, other: SupervisordProcess): boolean {
  const text = ({ name: _, stdout, stderr, ...rest }: SupervisordProcess) =>
    JSON.stringify([rest, { ...stdout, file: "" }, { ...stderr, file: "" }]);
  return text(first) === text(other);
}

function withInstances(settings: Settings, instances: number, section: Section): Settings {
  const { command, ...others } = settings;
  const links = others["log_links"] as Record<string, string> | undefined;
  if (links === undefined) return { command, instances, ...others };
  // Each instance puts its own number behind the name.
  const numbered = Object.entries(links).map(([stream, path]) => {
    const pattern = section[stream === "out" ? "stdout_logfile" : "stderr_logfile"] ?? "";
    return [stream, /%\(process_num\)/.test(pattern) ? withoutNumber(path) : path];
  });
  return { command, instances, ...others, log_links: Object.fromEntries(numbered) };
}

/** The path of the first process's log, without its number. */
function withoutNumber(path: string): string {
  return path.replace(/[-_.]?(?<![0-9])[0-9]+(?=[^0-9/]*$)/, "");
}

interface Made {
  readonly settings: Settings;
  readonly notes: readonly string[];
}

function settingsOf(
  { group, name, section }: SupervisordProgram,
  process: SupervisordProcess,
  files: Files,
  common: Common,
): Made {
  // What all have stands among the defaults.
  const own = Object.entries(process.environment)
    .filter(([key, value]) => common.environment[key] !== value)
    .map(([key, value]) => [key, asConfigText(value)]);
  const logs = logsOf(process, name, files.here);
  const program = process.command[0]!;
  const isRelative = program.includes("/") && !program.startsWith("/") && !hasMark(program);
  const groupPriority = files.sections.get(`group:${group}`)?.["priority"];
  const priority = section["priority"] === undefined ? groupPriority : process.priority;
  const settings = {
    command: commandOf(process.command),
    cwd: process.directory === undefined ? undefined : asConfigText(process.directory),
    namespace: group === name ? undefined : group.replace(/[^A-Za-z0-9._-]/g, "-"),
    user: process.user === undefined ? undefined : asConfigText(process.user),
    priority: priority === undefined ? undefined : Number(priority),
    ...restartsOf(process),
    stop_signal: process.stopsignal === SAME.stopsignal ? undefined : process.stopsignal,
    kill_timeout: process.stopwaitsecs === SAME.stopwaitsecs
      ? undefined
      : `${process.stopwaitsecs}s`,
    umask: process.umask === undefined ? undefined : umaskText(process.umask),
    ...logs.settings,
    env: own.length > 0 ? Object.fromEntries(own) : undefined,
  };
  return {
    settings: Object.fromEntries(
      Object.entries(settings).filter(([, value]) => value !== undefined),
    ),
    notes: [
      ...logs.notes,
      ...isRelative
        ? [`${program} was looked for where supervisord was started, here in its directory`]
        : [],
    ],
  };
}

/** A line where it is the same words for tsm, which gives what a shell can do more with to a shell. */
function commandOf(words: readonly string[]): string | readonly string[] {
  const line = joinWords(words);
  const isPlain = !words.some((word) => hasMark(word)) &&
    JSON.stringify(splitWords(line)) === JSON.stringify(words);
  return isPlain ? asConfigText(line) : words.map(asConfigText);
}

function restartsOf(
  { autorestart, exitcodes, startsecs, startretries }: SupervisordProcess,
): Settings {
  const restarts = {
    min_uptime: startsecs === SAME.startsecs ? undefined : `${startsecs}s`,
    max_restarts: startretries === SAME.startretries ? undefined : startretries,
  };
  switch (autorestart) {
    case "always":
      return { autorestart: "always", ...restarts };
    case "never":
      return { autorestart: "never", ...restarts };
    case "unexpected":
      return exitcodes.length === 1 && exitcodes[0] === 0 ? restarts : {
        autorestart: "always",
        ...exitcodes.length === 0 ? {} : { stop_exit_codes: exitcodes },
        ...restarts,
      };
  }
}

function logsOf(
  { stdout, stderr, redirectStderr }: SupervisordProcess,
  name: string,
  here: string,
): Made {
  const notes: string[] = [];
  const linkTo = (file: string) => {
    if (file === "AUTO" || file === "NONE") return undefined;
    if (isStream(file)) return undefined;
    return asConfigText(resolve(here, file));
  };
  const [out, err] = [linkTo(stdout.file), linkTo(stderr.file)];
  if (isStream(stdout.file) || isStream(stderr.file)) {
    notes.push("its output goes to supervisord's own: 'tsm run FILE' does that, in the foreground");
  }
  if (stdout.file === "NONE" && !stdout.isSyslog) {
    notes.push("stdout_logfile=NONE: its log is kept all the same, and rotated");
  }
  if (redirectStderr && out !== undefined) {
    notes.push("redirect_stderr: the link is to its stdout alone, 'tsm logs' shows stderr too");
  }
  const isSyslog = stdout.isSyslog || stderr.isSyslog;
  // supervisord demands 0 for what cannot be rotated; here a file is kept.
  const [size, otherSize] = [stdout, stderr].map(({ file, maxbytes }) =>
    isStream(file) ? undefined : maxbytes
  );
  const maxSize = size === 0 || otherSize === 0 ? 0 : greatest(size, otherSize);
  const files = greatest(stdout.backups, stderr.backups);
  const links = {
    ...out === undefined ? {} : { out },
    // One path cannot be a link to two logs.
    ...err === undefined || err === out ? {} : { err },
  };
  return {
    settings: {
      log_links: Object.keys(links).length > 0 ? links : undefined,
      log_pipe: isSyslog ? `logger -t ${name}` : undefined,
      log_max_size: maxSize === undefined ? undefined : formatBytes(maxSize),
      log_max_files: files === undefined ? undefined : Math.max(1, files),
    },
    notes,
  };
}

/** Whether it is no file, but an open stream or a terminal. */
function isStream(path: string): boolean {
  return /^\/(dev|proc)\//.test(path);
}

function greatest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? a ?? b : Math.max(a, b);
}
