import type { SpecSettings } from "../settings/table/settings_table.ts";

/**
 * One new process, as its start is asked for: by the flags of a command line, by a file (once
 * for each instance of an app), or by an import. What is left out has its default.
 */
export interface ProcessDefinition {
  /** A command, or a file that can be run. */
  readonly words: readonly string[];
  /** Without its port or number; made from the command where there is none. */
  readonly name?: string;
  /** Absolute. */
  readonly cwd: string;
  /** `auto`: the first one from 3000 up that is free. */
  readonly port?: number | "auto";
  readonly interpreter?: string;
  /** The variables that `--env` or the file sets, over the environment of the command line. */
  readonly explicit: Readonly<Record<string, string>>;
  readonly settings: { readonly [K in keyof SpecSettings]?: SpecSettings[K] | undefined };
}
