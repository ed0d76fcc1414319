import type { Arguments } from "../parse/arguments.ts";
import type { Context } from "../context.ts";

/** What one look of `tsm doctor` found. */
export interface CheckResult {
  /** What was looked at, in a word or two. */
  readonly check: string;
  /** `note`: worth knowing, and nothing that keeps tsm from working. */
  readonly status: "ok" | "note" | "problem";
  readonly message: string;
  /** What to do about it: a command, where there is one. */
  readonly fix?: string;
}

/** Looks at one thing that usually goes wrong; changes nothing. */
export type Check = (
  context: Context,
  args: Arguments,
) => readonly CheckResult[] | Promise<readonly CheckResult[]>;
