import type { Flag } from "./flag.ts";

/** What was given to a command. */
export interface Arguments {
  /** The words that are no flags, before and after `--`. */
  readonly words: readonly string[];
  /** Those of them that stand before `--`. */
  readonly before: readonly string[];
  /** Whether a switch is given. */
  has(flag: string): boolean;
  /** The value of a flag; the last one, if it is given several times. */
  get(flag: string): string | undefined;
  /** All values of a flag that may be repeated. */
  all(flag: string): readonly string[];
}

/** What must be known of a command to read what follows its name. */
export interface Syntax {
  readonly name: string;
  readonly usage: string;
  readonly flags: readonly Flag[];
  /** Whether `-1` is a word of it, and no flag. */
  readonly takesNumbers?: boolean;
}

/** The flags every command has. */
export const COMMON_FLAGS: readonly Flag[] = [
  { name: "root", value: "DIR", help: "use this root instead of $TSM_ROOT or ~/.tsm" },
  { name: "json", help: "print data as JSON" },
  { name: "quiet", short: "q", help: "print no more than errors and data asked for" },
  {
    name: "timeout",
    value: "10s",
    help: "wait so long for the supervisor's answer; else until it is silent for 60s",
  },
  {
    name: "downgrade",
    help: "replace a supervisor of a newer version; without it that is refused",
  },
  { name: "help", short: "h", help: "show this help" },
];

/** Of a command that nothing follows. */
export const NO_ARGUMENTS: Arguments = {
  words: [],
  before: [],
  has: () => false,
  get: () => undefined,
  all: () => [],
};
