import { basename, resolve } from "@std/path/posix";
import { splitWords } from "../program/shell_words.ts";
import { SETTINGS, type SpecSettings } from "../settings/table/settings_table.ts";

/** What is gathered of one app of PM2's, from a file or from a dump. */
export interface Pm2App {
  readonly script?: string;
  readonly name?: string;
  readonly cwd?: string;
  readonly args?: readonly string[];
  readonly interpreter?: string;
  readonly interpreterArgs?: readonly string[];
  /** `0` and less count from the number of CPUs. */
  readonly instances?: number;
  readonly cluster?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** `env_NAME` by NAME. */
  readonly environments: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly port?: number;
  readonly waitReady?: boolean;
  readonly watch?: boolean | readonly string[];
  readonly ignoreWatch?: readonly string[];
  readonly watchDelay?: number;
  readonly instanceVar?: string;
  readonly incrementVar?: string;
  /** Where its logs are to be, as the file names them. */
  readonly outFile?: string;
  readonly errorFile?: string;
  /** Both logs together. */
  readonly logFile?: string;
  readonly mergeLogs?: boolean;
  readonly appendEnvToName?: boolean;
  readonly autostart?: boolean;
  /** Options that are settings of tsm with the same meaning. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** What one option says of an app. */
export type Pm2Part = Partial<Omit<Pm2App, "environments">>;

/** An app of which nothing is known yet. */
export const EMPTY_APP: Pm2App = { environments: {}, settings: {} };

/** An app, with what one of its options says of it. */
export function withPart(app: Pm2App, part: Pm2Part): Pm2App {
  return { ...app, ...part, settings: { ...app.settings, ...part.settings } };
}

/**
 * The settings of an app: those that are the same here, and those made of several options.
 *
 * @param place.cwd Its working directory, absolute; what is watched is below it.
 * @param place.hasPort Whether it gets a port that can be waited for.
 * @param place.runner What runs it, as far as that is known: a program, or a command line.
 * @param note Told what cannot be carried over.
 */
export function settingsOf(
  { settings, watch, ignoreWatch, watchDelay, waitReady }: Pm2App,
  { cwd, hasPort, runner }: {
    readonly cwd: string;
    readonly hasPort: boolean;
    readonly runner: string;
  },
  note: (text: string) => void,
): Partial<SpecSettings> {
  const all: Record<string, unknown> = {
    // The signal that PM2 sends: programs written for PM2 wait for this one.
    stop_signal: "SIGINT",
    ...settings,
  };
  if (watch) {
    all["watch"] = {
      paths: watch === true ? [cwd] : watch.map((path) => resolve(cwd, path)),
      ignore: ignoreWatch ?? [],
      debounce: watchDelay || SETTINGS.watch.type.parts.debounce.default,
    };
  }
  if (waitReady) {
    // Another user does not reach the socket by which process.send is heard.
    if (isOfNode(runner) && settings["user"] === undefined) all["wait_ready"] = "message";
    else if (hasPort) all["wait_ready"] = "port";
    else note("wait_ready is ignored: only node's process.send is heard, and there is no port");
  }
  return all as Partial<SpecSettings>;
}

/** Whether it is node, or a program of node's that runs others. */
function isOfNode(runner: string): boolean {
  const [program = ""] = splitWords(runner) ?? [];
  return /^(node|npm|npx|pnpm|yarn)$/.test(basename(program));
}
