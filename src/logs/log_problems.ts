/**
 * `log-problems.json`: what keeps the logs of a process from being rotated, or was lost of them, by
 * stream. The file exists only while something is wrong.
 *
 * @module
 */
import { readTextIfThere } from "../files/read_text.ts";
import { removeIfThere, replaceFile } from "../files/replace_file.ts";
import { processPaths, type RuntimeRoot } from "../root.ts";

export const STREAMS = ["out", "err"] as const;

/** One of the two logs of a process. */
export type Stream = typeof STREAMS[number];

/** What is wrong with a log, by stream. */
export type LogProblems = { readonly [S in Stream]?: string };

/** Reads what is wrong with the logs of the process `name`; usually nothing. */
export function readLogProblems(root: RuntimeRoot, name: string): LogProblems {
  try {
    return JSON.parse(readTextIfThere(processPaths(root, name).logProblems) ?? "{}");
  } catch {
    return {};
  }
}

/** Writes what is wrong with the logs of the process `name`. */
export function writeLogProblems(root: RuntimeRoot, name: string, problems: LogProblems): void {
  const path = processPaths(root, name).logProblems;
  if (Object.keys(problems).length === 0) removeIfThere(path);
  else replaceFile(path, `${JSON.stringify(problems, null, 2)}\n`, { mode: 0o600 });
}
