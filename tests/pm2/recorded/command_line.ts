/** A flag of PM2's command line. */
export interface RecordedFlag {
  /** Its ways to be typed, with their dashes: the letter first, if it has one. */
  readonly spelled: readonly string[];
  /** The command of PM2's that it is for; of those that all commands take, the one that uses it. */
  readonly of: string;
  /** Whether a value belongs to it. */
  readonly takes: "nothing" | "value" | "value or nothing";
}

const TAKES: Readonly<Record<string, RecordedFlag["takes"]>> = {
  "": "nothing",
  "<>": "value",
  "[]": "value or nothing",
};

/**
 * The flags that PM2 declares for all commands: `<>` is a value, `[]` one that may be left out;
 * behind `=` the command that uses it, where that is not start.
 */
const OF_ALL = `-v,--version -s,--silent --ext<> -n,--name<> -m,--mini-list=ls --interpreter<>
  --interpreter-args<> --node-args<> -o,--output<> -e,--error<> -l,--log[] --filter-env[]
  --log-type<> --log-date-format<> --time --disable-logs --env<> -a,--update-env=restart
  -f,--force -i,--instances<> --parallel<>=reload --shutdown-with-message -p,--pid<>
  -k,--kill-timeout<> --listen-timeout<> --max-memory-restart<> --restart-delay<>
  --exp-backoff-restart-delay<> -x,--execute-command --max-restarts[] -u,--user<>=startup
  --uid<> --gid<> --namespace<> --cwd<> --hp<>=startup --wait-ip=startup
  --service-name<>=startup -c,--cron<> -c,--cron-restart<> -w,--write --no-daemon
  --source-map-support --only<> --disable-source-map-support --wait-ready --merge-logs --watch[]
  --ignore-watch<> --watch-delay<> --no-color --no-vizion --no-autostart --no-autorestart
  --stop-exit-codes<> --no-treekill --no-pmx --no-automation --trace --disable-trace
  --sort<>=ls --attach --v8 --event-loop-inspector --deep-monitoring`;

/** Those that one command declares. */
const OF_ONE: Readonly<Record<string, string>> = {
  start:
    "--watch --fresh --daemon --container --dist --image-name[] --node-version[] --dockerdaemon",
  stop: "--watch",
  restart: "--watch",
  install: "--tarball --install --docker --v1 --safe[]",
  "module:update": "--tarball",
  publish: "--npm",
  link: "--info-node[]",
  plus: "--info-node[] -d,--discrete -a,--install-all",
  dump: "--force",
  slist: "-t,--tree",
  logs: "--json --format --raw --err --out --lines<> --timestamp[] --nostream --highlight[]",
  serve: "--port[] --spa --ftp --basic-auth-username[] --basic-auth-password[] --monitor[]",
};

/** Every flag of PM2 7.0.4's `lib/binaries/CLI.js`. */
export const RECORDED_FLAGS: readonly RecordedFlag[] = [
  ...flagsOf("start", OF_ALL),
  // Declared twice: for all commands, and for start itself.
  ...Object.entries(OF_ONE).flatMap(([command, text]) => flagsOf(command, text))
    .filter(({ of, spelled }) => of !== "start" || spelled[0] !== "--watch"),
];

function flagsOf(command: string, text: string): readonly RecordedFlag[] {
  return text.split(/\s+/).map((word) => {
    const [, spelled = "", value = "", of = command] = /^([^=<[]+)([^=]*)(?:=(.*))?$/.exec(word)!;
    return { spelled: spelled.split(","), of, takes: TAKES[value]! };
  });
}
