import { messageOf } from "../errors.ts";

/** What patrol looks for. */
export const FINDING_KINDS = [
  "old-layout",
  "unreadable",
  "damaged-spec",
  "dead",
  "pid-file",
  "dangling-link",
  "leftover",
  "lost-log",
  "orphan",
] as const;

export type FindingKind = typeof FINDING_KINDS[number];

/** One thing that was not as it should be, and what became of it. */
export interface Finding {
  readonly kind: FindingKind;
  /** The process it concerns, as far as that is known. */
  readonly name: string;
  /** The process that it is about, where it is about one that runs or did. */
  readonly pid?: number | null;
  /** The file or directory; `null` for a process. */
  readonly path: string | null;
  /** What is wrong. */
  readonly found: string;
  /** What is done about it. */
  readonly remedy: string;
  /** Whether it was done: not in a dry run, nor where it failed. */
  readonly done: boolean;
  /** Why it failed. */
  readonly failed?: string;
}

/** What is to be done about something that was found. */
export interface Remedy extends Omit<Finding, "done" | "failed"> {
  /** Does it; left out where there is nothing to do but to say so. */
  readonly apply?: () => void | Promise<void>;
}

/** Mends what was found, unless it is a dry run. A failure is told, not thrown. */
export async function mend({ apply, ...finding }: Remedy, dryRun: boolean): Promise<Finding> {
  if (apply === undefined || dryRun) return { ...finding, done: false };
  try {
    await apply();
    return { ...finding, done: true };
  } catch (error) {
    return { ...finding, done: false, failed: messageOf(error) };
  }
}
