import type { Arguments } from "./parse/arguments.ts";
import type { Context } from "./context.ts";
import type { Flag } from "./parse/flag.ts";

/** One example, for the help. */
export interface Example {
  readonly command: string;
  readonly does: string;
}

/** One command of the command line: its description, from which the help is made, and what it does. */
export interface Command {
  readonly name: string;
  /** What may follow the name, as in `start COMMAND… [--name NAME]`. */
  readonly usage: string;
  readonly summary: string;
  readonly description?: string;
  readonly flags: readonly Flag[];
  /** Whether `-1` is a word of it, and no flag. */
  readonly takesNumbers?: boolean;
  readonly examples: readonly Example[];
  /**
   * Runs it.
   *
   * @returns the exit code, where it is not 0.
   * @throws {Deno.errors.InvalidData} for a mistake of the user's.
   */
  run(args: Arguments, context: Context): Promise<number | void> | number | void;
}

/** All commands, for those that tell of the others. */
export interface CommandRegistry {
  /** The names a command can be called by, aliases included. */
  commandNames(): string[];
  /** Loads the command called `name`, or returns `undefined` if there is none. */
  loadCommand(name: string): Promise<Command | undefined>;
  /** Loads all commands, in the order of the help. */
  loadCommands(): Promise<Command[]>;
}
