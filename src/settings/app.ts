import type { SpecSettings } from "./table/settings_table.ts";
import type { Node, Problem } from "../document/node.ts";

/** One process of a file, of which there may be several instances. */
export interface App {
  /** Without port or number of the instance. */
  readonly name: string;
  readonly words: readonly string[];
  /** Absolute. */
  readonly cwd: string;
  readonly interpreter?: string;
  readonly port?: number;
  readonly instances: number;
  /** What is added to the port from instance to instance. */
  readonly increment: number;
  /** Variables the file sets. */
  readonly explicit: Readonly<Record<string, string>>;
  /** Variables that count the instances, with their first value. */
  readonly counters: Readonly<Record<string, string>>;
  readonly settings: Partial<SpecSettings>;
  /** Where it stands. */
  readonly node: Node;
}

/** What was made of a file. */
export interface ConfigFile {
  /** Absolute. */
  readonly path: string;
  readonly text: string;
  readonly apps: readonly App[];
  readonly problems: readonly Problem[];
  /** What of the file cannot be carried over, a sentence each. */
  readonly notes: readonly string[];
}

/** What a file is read with. */
export interface ReadOptions {
  /** The environment that `${VAR}` is taken from. */
  readonly variables: Readonly<Record<string, string>>;
  /** The directory of the shell, absolute, where a user reads the file: PM2's paths begin there. */
  readonly shellDir?: string;
  /** The named environment to lay over the plain one. */
  readonly envName?: string | undefined;
  /** What is in the file, where that is not to be read from it. */
  readonly text?: string;
  /**
   * Read only the values: for a problem the place may be missing, and a key that stands twice may
   * go unnoticed.
   */
  readonly quick?: boolean;
}
