import type { ProcessTable } from "../process/process_table.ts";

/** What patrol asks of whoever has processes in hand. */
export interface PatrolHost {
  /** The absolute path of the root. */
  readonly rootPath: string;
  /** Told of the process table of a round, as soon as that is read: nobody need read another. */
  hasRead?(table: ProcessTable): void;
  /** Whether it knows the state of the process `name` from more than its files. */
  knows(name: string): boolean;
  /** Writes the state of a process it knows anew. */
  rewrite(name: string): void;
  /** Writes the `spec.json` of a process whose spec it knows anew. */
  rewriteSpec(name: string): void;
  /** Whether it knows what a process runs from more than its files. */
  knowsSpec(name: string): boolean;
  /** Follows the policy of a process it knows, where its end went unseen. */
  revive(name: string): void;
  /** Awaits that what is being done with the process `name` is done, or takes too long. */
  settled(name: string): Promise<void>;
  /**
   * Whether the pid file of `name` is to stay, though no process of this layout has that name:
   * it may be all that tells the pid of one that is still to be migrated, or is being launched.
   */
  keepsPidFile(name: string): boolean;
}

/** What patrol is to do. */
export interface PatrolOptions {
  /** Only look. */
  readonly dryRun: boolean;
  /** End processes whose directory is gone; otherwise they are only reported. */
  readonly killOrphans: boolean;
}
