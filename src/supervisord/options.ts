/**
 * Every option that the documentation of supervisord 4 has, and what becomes of it: the one table
 * that its files are told of by, and that `docs/supervisord.md` shows.
 *
 * Source: https://supervisord.org/configuration.html
 *
 * @module
 */

/** One option of supervisord's. */
export interface SupervisordOption {
  readonly names: readonly string[];
  /** `carried`: it means the same here; `nearly`: with the difference that is told; `not`: it is left out. */
  readonly fate: "carried" | "nearly" | "not";
  /** What it becomes here, or why it becomes nothing. */
  readonly becomes: string;
  /** Whether a value asks for something that is lost, so that the import tells of it. */
  readonly isLost?: (value: string) => boolean;
}

/** The options of one kind of section. */
export interface SectionOptions {
  /** As in `[program:NAME]`. */
  readonly title: string;
  /** The beginning of the section's name. */
  readonly begins: string;
  readonly options: readonly SupervisordOption[];
}

const isOn = (value: string) => /^\s*(yes|true|on|1)\s*$/i.test(value);
const always = () => true;
const isSome = (value: string) => !/^\s*0\s*([kmg]b)?\s*$/i.test(value);

const EVENTS = "nobody listens to events of that protocol: `tsm events`, `tsm logs --grep`";

/** The options of a program, also of one that is an event listener or behind a FastCGI socket. */
export const PROGRAM_OPTIONS: readonly SupervisordOption[] = [
  carried(["command"], "`command`; without a shell, as there: words where a shell would do more"),
  nearly(
    ["process_name"],
    "the name; of several processes it is the program's, with `-0`, `-1` … behind it, where " +
      "supervisord has `group:process`",
  ),
  carried(
    ["numprocs"],
    "`instances`; where the number is in a command, a variable or a directory, a process each",
  ),
  carried(["numprocs_start"], "where the number counts, a process each"),
  carried(["priority"], "`priority`"),
  nearly(["autostart"], "with `false` the process is in the file as a comment"),
  carried(["startsecs"], "`min_uptime`"),
  nearly(["startretries"], "`max_restarts`; the pauses are those of `exp_backoff: 1s`"),
  carried(["autorestart"], "`autorestart`: `unexpected` is `on-failure`, or `stop_exit_codes`"),
  carried(["exitcodes"], "`stop_exit_codes`, with `autorestart=unexpected`"),
  carried(["stopsignal"], "`stop_signal`"),
  carried(["stopwaitsecs"], "`kill_timeout`"),
  nearly(["stopasgroup"], "what a process has started is always ended with it"),
  nearly(["killasgroup"], "the same"),
  carried(["user"], "`user`"),
  nearly(["redirect_stderr"], "`tsm logs` shows both logs in one; they stay two files"),
  nearly(
    ["stdout_logfile", "stderr_logfile"],
    "`log_links`: a link there to the log below the root; a file that is there is kept, so move " +
      "it away. `NONE`: the log is kept all the same. `/dev/stdout`: `tsm run` prints it",
  ),
  nearly(
    ["stdout_logfile_maxbytes", "stderr_logfile_maxbytes"],
    "`log_max_size`, of both logs the greater one",
  ),
  nearly(
    ["stdout_logfile_backups", "stderr_logfile_backups"],
    "`log_max_files`, of both logs the greater one; `0` is one file, for one is always kept",
  ),
  not(["stdout_capture_maxbytes", "stderr_capture_maxbytes"], EVENTS, isSome),
  not(["stdout_events_enabled", "stderr_events_enabled"], EVENTS, isOn),
  nearly(["stdout_syslog", "stderr_syslog"], "`log_pipe`: both logs through `logger`"),
  carried(["environment"], "`env`; `%(ENV_X)s` becomes `${X}`, of whoever starts the file"),
  carried(["directory"], "`cwd`"),
  carried(["umask"], "`umask`"),
  not(
    ["serverurl"],
    "there is no XML-RPC: a process calls `tsm`, with its `TSM_ROOT`",
    (url) => !/^\s*auto\s*$/i.test(url),
  ),
];

/** The options of all sections, in the order of supervisord's documentation. */
export const SUPERVISORD_OPTIONS: readonly SectionOptions[] = [
  {
    title: "[unix_http_server]",
    begins: "unix_http_server",
    options: [
      not(
        ["file", "chmod", "chown", "username", "password"],
        "the command line reaches the supervisor by a port of 127.0.0.1 and a token",
      ),
    ],
  },
  {
    title: "[inet_http_server]",
    begins: "inet_http_server",
    options: [
      not(
        ["port"],
        "nothing listens for other machines: `tsm --host`, and `tsm monit` for a screen",
        always,
      ),
      not(["username", "password"], "the token in `supervisor.json` is what counts"),
    ],
  },
  {
    title: "[supervisord]",
    begins: "supervisord",
    options: [
      not(
        ["logfile", "logfile_maxbytes", "logfile_backups", "loglevel", "pidfile", "childlogdir"],
        "all state is below the root: `runtime/supervisor.log`, `runtime/processes`",
      ),
      carried(["umask"], "`umask` of each process; with `nodaemon` it counts for none"),
      not(["nodaemon", "silent"], "`tsm run FILE` is in the foreground"),
      carried(["minfds"], "`nofile` of each process"),
      not(["minprocs"], "set `ulimit -u` where the supervisor is started, or in its unit", always),
      not(["nocleanup", "strip_ansi", "identifier"], "logs are stored as they are written"),
      not(
        ["user"],
        "`tsm startup --user NAME` makes a unit for that user",
        (user) => user.trim() !== "root",
      ),
      carried(["directory"], "`cwd` of processes that have none of their own"),
      carried(["environment"], "`env` of all"),
    ],
  },
  {
    title: "[supervisorctl]",
    begins: "supervisorctl",
    options: [
      not(
        ["serverurl", "username", "password", "prompt", "history_file"],
        "`tsm` takes their place",
      ),
    ],
  },
  { title: "[program:NAME]", begins: "program:", options: PROGRAM_OPTIONS },
  {
    title: "[include]",
    begins: "include",
    options: [carried(["files"], "what is included is read, and is in the one file")],
  },
  {
    title: "[group:NAME]",
    begins: "group:",
    options: [
      carried(["programs"], "`namespace`: `tsm restart NAME` means all of it"),
      nearly(["priority"], "`priority` of the programs that have none of their own"),
    ],
  },
  {
    title: "[fcgi-program:NAME]",
    begins: "fcgi-program:",
    options: [
      not(
        ["socket", "socket_backlog", "socket_owner", "socket_mode"],
        "nothing hands an open socket to a process: have it listen by itself " +
          "(`php-fpm`, `spawn-fcgi -n`); it is in the file as a comment",
      ),
      ...PROGRAM_OPTIONS,
    ],
  },
  {
    title: "[eventlistener:NAME]",
    begins: "eventlistener:",
    options: [
      not(
        ["events", "buffer_size", "result_handler"],
        "the listener is left out: `tsm events -f --json` tells a program what happens, and " +
          "`health`, `max_memory`, `cron_restart` do what most listeners do",
      ),
      ...PROGRAM_OPTIONS,
    ],
  },
  {
    title: "[rpcinterface:NAME]",
    begins: "rpcinterface:",
    options: [
      not(
        ["supervisor.rpcinterface_factory"],
        "there are no plugins",
        (value) => value.trim() !== "supervisor.rpcinterface:make_main_rpcinterface",
      ),
    ],
  },
];

/**
 * What is to be said of an option in a section.
 *
 * @param title The name of the section, as `program:web`.
 * @returns `undefined` where nothing of it is lost.
 */
export function lossOf(title: string, option: string, value: string): string | undefined {
  const known = SUPERVISORD_OPTIONS.find(({ begins }) =>
    begins.endsWith(":") ? title.startsWith(begins) : title === begins
  );
  if (known === undefined) return undefined;
  const found = known.options.find(({ names }) => names.includes(option));
  if (found === undefined) {
    // A plugin has options of its own.
    return known.begins === "rpcinterface:" ? undefined : `${option} is no option of supervisord's`;
  }
  if (found.isLost?.(value) !== true) return undefined;
  return `${option} is not carried over: ${found.becomes.replaceAll("`", "'")}`;
}

function carried(names: readonly string[], becomes: string): SupervisordOption {
  return { names, fate: "carried", becomes };
}

function nearly(names: readonly string[], becomes: string): SupervisordOption {
  return { names, fate: "nearly", becomes };
}

function not(
  names: readonly string[],
  becomes: string,
  isLost?: (value: string) => boolean,
): SupervisordOption {
  return { names, fate: "not", becomes, ...isLost ? { isLost } : {} };
}
