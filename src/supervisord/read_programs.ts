import { withContext } from "../errors.ts";
import { expand, type Expansions } from "./expand.ts";
import type { Section } from "./ini.ts";
import type { Files } from "./read_files.ts";
import { readVariables, splitCommand } from "./shlex.ts";
import {
  type Autorestart,
  readAutorestart,
  readExitCodes,
  readNumber,
  readOctal,
  readSignal,
  readSize,
  readSwitch,
} from "./values.ts";

/** Where a stream of a process goes. */
export interface LogTarget {
  /** A path; `AUTO`: one of supervisord's choice; `NONE`: nowhere. */
  readonly file: string;
  /** Bytes; only where the file says so. */
  readonly maxbytes: number | undefined;
  readonly backups: number | undefined;
  readonly isSyslog: boolean;
}

/** One process that supervisord would start. */
export interface SupervisordProcess {
  readonly name: string;
  readonly command: readonly string[];
  readonly directory: string | undefined;
  readonly umask: number | undefined;
  readonly priority: number;
  readonly autostart: boolean;
  readonly autorestart: Autorestart;
  readonly startsecs: number;
  readonly startretries: number;
  readonly user: string | undefined;
  readonly stopsignal: string;
  readonly stopwaitsecs: number;
  readonly stopasgroup: boolean;
  readonly exitcodes: readonly number[];
  readonly redirectStderr: boolean;
  readonly environment: Readonly<Record<string, string>>;
  readonly stdout: LogTarget;
  readonly stderr: LogTarget;
}

/** What the section of a program is. */
export type ProgramKind = "program" | "fcgi-program" | "eventlistener";

/** A section that names a program, and the processes that come of it. */
export interface SupervisordProgram {
  readonly kind: ProgramKind;
  /** What stands behind the colon. */
  readonly name: string;
  /** The group that names it, or its own name. */
  readonly group: string;
  readonly file: string;
  readonly section: Section;
  readonly processes: readonly SupervisordProcess[];
}

/** What programs are read with. */
export interface ImportContext {
  /** What `%(host_node_name)s` stands for. */
  readonly hostName: string;
  /** What `%(ENV_NAME)s` stands for in a text. */
  ofEnvironment(name: string): string;
  /**
   * The same where it has to be known now, as it is a number or a part of a name.
   *
   * @throws {Deno.errors.InvalidData} if it is not set.
   */
  valueNow(name: string): string;
}

/** More processes of one program than these are a mistake. */
const MAX_INSTANCES = 1000;
/** The same for all together: no supervisor takes more at once. */
const MAX_PROCESSES = 10_000;

/** What `[supervisord]` says of all processes. */
export interface Common {
  readonly environment: Readonly<Record<string, string>>;
  readonly directory: string | undefined;
  readonly umask: number | undefined;
  /** Whether it stays in the foreground; its umask then is that of whoever starts it. */
  readonly nodaemon: boolean;
  readonly minfds: number | undefined;
  readonly pidfile: string | undefined;
}

/**
 * Reads what `[supervisord]` says of all processes.
 *
 * @throws {Deno.errors.InvalidData} naming the option that is wrong.
 */
export function readCommon(
  { here, sections, path }: Files,
  { hostName, ofEnvironment, valueNow }: ImportContext,
): Common {
  const section = sections.get("supervisord") ?? {};
  const names = { here, host_node_name: hostName };
  const text = <T>(key: string, read: (text: string) => T) =>
    readOption(section, key, (text) => read(expand(text, names, ofEnvironment)));
  const now = <T>(key: string, read: (text: string) => T) =>
    readOption(section, key, (text) => read(expand(text, names, valueNow)));
  try {
    return {
      environment: text("environment", readVariables) ?? {},
      directory: text("directory", (path) => path),
      umask: now("umask", readOctal),
      nodaemon: now("nodaemon", readSwitch) ?? false,
      minfds: now("minfds", readNumber),
      pidfile: now("pidfile", (path) => path),
    };
  } catch (error) {
    throw withContext(`Cannot import '${path}': [supervisord]`, error);
  }
}

/**
 * The programs of a configuration, with the processes that supervisord would make of them.
 *
 * @throws {Deno.errors.InvalidData} naming the section and the option that is wrong.
 */
export function readPrograms(
  files: Files,
  common: Common,
  surroundings: ImportContext,
): readonly SupervisordProgram[] {
  const groups = groupsOf(files);
  let count = 0;
  return [...files.sections].flatMap(([title, section]) => {
    const [, kind, name] = /^(program|fcgi-program|eventlistener):(.*)$/.exec(title) ?? [];
    if (kind === undefined) return [];
    const file = files.fileOf.get(title)!;
    const own = name!.trim();
    const group = groups.get(own) ?? own;
    try {
      if (/[ :/]/.test(own) || own === "") {
        throw new Deno.errors.InvalidData("its name has a blank, ':' or '/' in it, or is empty");
      }
      const processes = processesOf(section, {
        names: {
          here: files.here,
          program_name: own,
          group_name: group,
          host_node_name: surroundings.hostName,
        },
        common: common.environment,
        surroundings,
      });
      count += processes.length;
      if (count > MAX_PROCESSES) throw new Deno.errors.InvalidData("there are too many processes");
      return [{ kind: kind as ProgramKind, name: own, group, file, section, processes }];
    } catch (error) {
      throw withContext(`Cannot import '${file}': [${title}]`, error);
    }
  });
}

/** Which group a program is in, for those that a `[group:…]` names. */
function groupsOf({ sections, fileOf }: Files): ReadonlyMap<string, string> {
  const groups = new Map<string, string>();
  for (const [title, section] of sections) {
    if (!title.startsWith("group:")) continue;
    for (const word of (section["programs"] ?? "").split(",").map((word) => word.trim())) {
      if (!sections.has(`program:${word}`) && !sections.has(`fcgi-program:${word}`)) {
        throw new Deno.errors.InvalidData(
          `Cannot import '${fileOf.get(title)}': [${title}]: there is no program '${word}'`,
        );
      }
      groups.set(word, title.slice("group:".length).trim());
    }
  }
  return groups;
}

interface Place {
  readonly names: Expansions;
  readonly common: Readonly<Record<string, string>>;
  readonly surroundings: ImportContext;
}

function processesOf(section: Section, place: Place): readonly SupervisordProcess[] {
  const { names, common, surroundings } = place;
  const known = lookUp(common, surroundings.valueNow);
  const number = (key: string) =>
    readOption(section, key, (text) => readNumber(expand(text, names, known)));
  const count = number("numprocs") ?? 1;
  const first = number("numprocs_start") ?? 0;
  if (count > 1 && !/%\(process_num\)/.test(section["process_name"] ?? "")) {
    throw new Deno.errors.InvalidData(
      `numprocs is ${count}, and process_name has no %(process_num)s to tell them apart`,
    );
  }
  if (count > MAX_INSTANCES) {
    throw new Deno.errors.InvalidData(
      `numprocs is ${count}, where ${MAX_INSTANCES} is the maximum`,
    );
  }
  return Array.from(
    { length: Math.max(0, count) },
    (_, index) => processOf(section, place, { process_num: first + index, numprocs: count }),
  );
}

function processOf(
  section: Section,
  { names, common, surroundings }: Place,
  numbers: { readonly process_num: number; readonly numprocs: number },
): SupervisordProcess {
  const all = { ...names, ...numbers };
  const { ofEnvironment, valueNow } = surroundings;
  const own = readOption(
    section,
    "environment",
    (text) => readVariables(expand(text, all, lookUp(common, ofEnvironment))),
  );
  const environment = { ...common, ...own };
  const expanded = (text: string) => expand(text, all, lookUp(environment, ofEnvironment));
  const known = (text: string) => expand(text, all, lookUp(common, valueNow));
  const get = <T>(key: string, standard: string, read: (text: string) => T): T =>
    readOption({ [key]: standard, ...section }, key, (text) => read(known(text)))!;
  const text = (key: string) => readOption(section, key, expanded);
  const number = (key: string, standard: string) => get(key, standard, readNumber);
  const command = readOption(section, "command", (text) => splitCommand(expanded(text)));
  if (command === undefined || command.length === 0) {
    throw new Deno.errors.InvalidData("it has no command");
  }
  const redirectStderr = get("redirect_stderr", "false", readSwitch);
  const target = (stream: "stdout" | "stderr"): LogTarget => {
    const file = text(`${stream}_logfile`) ?? "AUTO";
    const isSyslog = file.toLowerCase() === "syslog" ||
      get(`${stream}_syslog`, "false", readSwitch);
    const isNone = /^(none|off|syslog)$/i.test(file) || stream === "stderr" && redirectStderr;
    return {
      file: isNone ? "NONE" : /^auto$/i.test(file) ? "AUTO" : file,
      maxbytes: readOption(
        section,
        `${stream}_logfile_maxbytes`,
        (text) => readSize(known(text)),
      ),
      backups: readOption(
        section,
        `${stream}_logfile_backups`,
        (text) => readNumber(known(text)),
      ),
      isSyslog,
    };
  };
  return {
    name: get("process_name", "%(program_name)s", (name) => name.trim()),
    command,
    directory: text("directory"),
    umask: readOption(section, "umask", (text) => readOctal(known(text))),
    priority: number("priority", "999"),
    autostart: get("autostart", "true", readSwitch),
    autorestart: get("autorestart", "unexpected", readAutorestart),
    startsecs: number("startsecs", "1"),
    startretries: number("startretries", "3"),
    user: text("user"),
    stopsignal: get("stopsignal", "TERM", readSignal),
    stopwaitsecs: number("stopwaitsecs", "10"),
    stopasgroup: get("stopasgroup", "false", readSwitch),
    exitcodes: get("exitcodes", "0", readExitCodes),
    redirectStderr,
    environment,
    stdout: target("stdout"),
    stderr: target("stderr"),
  };
}

/** Finds variables that the configuration itself sets, then others. */
function lookUp(
  variables: Readonly<Record<string, string>>,
  other: (name: string) => string,
): (name: string) => string {
  return (name) => Object.hasOwn(variables, name) ? variables[name]! : other(name);
}

function readOption<T>(section: Section, key: string, read: (text: string) => T): T | undefined {
  const text = section[key];
  if (text === undefined) return undefined;
  try {
    return read(text);
  } catch (error) {
    throw withContext(key, error);
  }
}
