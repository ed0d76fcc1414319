import { withContext } from "../errors.ts";
import { printable, printableJson } from "../printable.ts";
import { findRoot, type RuntimeRoot, runtimeRoot } from "../root.ts";
import { checkRootTrusted } from "../root_trust.ts";
import { wantsColor } from "./output/color.ts";
import type { TimeZone } from "./output/time.ts";
import { writeAll } from "./output/write_all.ts";

/** What every command works with. */
export interface Context {
  /**
   * The root, its paths absolute. It is found when it is first asked for: a command that needs
   * none runs without. Who only names it takes `rootPath`.
   *
   * @throws {Deno.errors.InvalidData} if there is none.
   * @throws {Deno.errors.PermissionDenied} if somebody else may have written to it.
   */
  readonly root: RuntimeRoot;
  /**
   * The absolute path of the root, which may be somebody else's: nothing below it is to be read.
   *
   * @throws {Deno.errors.InvalidData} if there is none.
   */
  readonly rootPath: string;
  readonly json: boolean;
  readonly quiet: boolean;
  /** How long the supervisor's answer may take, as it was given; `undefined`: as it needs. */
  readonly timeout: string | undefined;
  /** Whether a supervisor of a newer version is to be replaced. */
  readonly downgrade: boolean;
  /** The zone of the times on standard output: the user's on a terminal, else UTC. */
  readonly zone: TimeZone;
  /** Whether standard output gets colours. */
  readonly color: boolean;
  /** Columns of the terminal that standard output is; `Infinity` where it is no terminal. */
  readonly columns: number;
  /** Prints a line of what was asked for to standard output. */
  print(line: string): void;
  /** Prints a line of what was done to standard output, unless quiet or JSON is wanted. */
  say(line: string): void;
  /** Prints a diagnostic to standard error. */
  warn(line: string): void;
}

/** Makes the context of a command. */
export function makeContext(
  options: {
    readonly root: string | undefined;
    readonly json: boolean;
    readonly quiet: boolean;
    readonly timeout: string | undefined;
    readonly downgrade: boolean;
  },
): Context {
  const { json, quiet, timeout, downgrade } = options;
  const isTerminal = Deno.stdout.isTerminal();
  const color = wantsColor(isTerminal);
  let root: RuntimeRoot | undefined;
  const print = (line: string) =>
    writeAll(Deno.stdout, `${json ? printableJson(line) : printable(line, color)}\n`);
  return {
    get root() {
      return root ??= trustedRoot(this.rootPath);
    },
    get rootPath() {
      return findRoot(options.root, {
        TSM_ROOT: Deno.env.get("TSM_ROOT"),
        HOME: Deno.env.get("HOME"),
      });
    },
    json,
    quiet,
    timeout,
    downgrade,
    zone: isTerminal ? "local" : "UTC",
    color,
    // A terminal that was never told its size reports 0 columns: nothing would fit.
    columns: (isTerminal && Deno.consoleSize().columns) || Infinity,
    print,
    say: (line) => {
      if (!quiet && !json) print(line);
    },
    warn: (line) => writeAll(Deno.stderr, `${printable(line, false)}\n`),
  };
}

function trustedRoot(path: string): RuntimeRoot {
  const root = runtimeRoot(path);
  try {
    checkRootTrusted(root, path);
  } catch (error) {
    // Deno's own words would not say which path it is about.
    throw withContext(`Cannot use '${path}' as the root`, error);
  }
  return root;
}
