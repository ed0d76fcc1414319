import { findRoot, type RuntimeRoot, runtimeRoot } from "../root.ts";
import { writeAll } from "./output/write_all.ts";

/** What every command works with. */
export interface Context {
  /** The root, its paths absolute. */
  readonly root: RuntimeRoot;
  readonly json: boolean;
  readonly quiet: boolean;
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

/**
 * Makes the context of a command.
 *
 * @throws {Deno.errors.InvalidData} if there is no root.
 */
export function makeContext(
  options: { readonly root: string | undefined; readonly json: boolean; readonly quiet: boolean },
): Context {
  const { json, quiet } = options;
  const isTerminal = Deno.stdout.isTerminal();
  const base = findRoot(options.root, {
    TSM_ROOT: Deno.env.get("TSM_ROOT"),
    HOME: Deno.env.get("HOME"),
  });
  return {
    root: runtimeRoot(base),
    json,
    quiet,
    color: isTerminal && !Deno.env.get("NO_COLOR"),
    // A terminal that was never told its size reports 0 columns: nothing would fit.
    columns: (isTerminal && Deno.consoleSize().columns) || Infinity,
    print: (line) => writeAll(Deno.stdout, `${line}\n`),
    say: (line) => {
      if (!quiet && !json) writeAll(Deno.stdout, `${line}\n`);
    },
    warn: (line) => writeAll(Deno.stderr, `${line}\n`),
  };
}
