/**
 * `log-problems.json`: what keeps the logs of a process from being rotated, or was lost of them, by
 * stream. The file exists only while something is wrong.
 *
 * @module
 */
import { isThere } from "../files/path_info.ts";
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

/** What of a process says whether its logs are to be there. */
export interface LogOwner {
  readonly name: string;
  /** `null` where it does not run. */
  readonly pid: number | null;
}

/**
 * The logs of a running process that are not there: somebody has deleted them, and its process
 * writes to files that nobody can open.
 */
export function deletedLogs(root: RuntimeRoot, { name, pid }: LogOwner): readonly Stream[] {
  if (pid === null) return [];
  const paths = processPaths(root, name);
  return isThere(paths.dir) ? STREAMS.filter((stream) => !isThere(paths[stream])) : [];
}

/** What is told of a log that is not the one its process writes to. */
export function lostLogProblem(path: string, what: string, name: string): string {
  return `${path} ${what}; what it writes is lost until 'tsm restart ${name}'`;
}

/**
 * What is wrong with the logs of a process at this moment: what its supervisor has noted, and a log
 * that was deleted since. The supervisor notices that only when it looks at the path again.
 */
export function presentLogProblems(root: RuntimeRoot, owner: LogOwner): LogProblems {
  const { name } = owner;
  const paths = processPaths(root, name);
  const deleted = deletedLogs(root, owner).map((stream) =>
    [stream, lostLogProblem(paths[stream], "was deleted", name)] as const
  );
  return { ...Object.fromEntries(deleted), ...readLogProblems(root, name) };
}

/** Writes what is wrong with the logs of the process `name`. */
export function writeLogProblems(root: RuntimeRoot, name: string, problems: LogProblems): void {
  const path = processPaths(root, name).logProblems;
  if (Object.keys(problems).length === 0) removeIfThere(path);
  else replaceFile(path, `${JSON.stringify(problems, null, 2)}\n`, { mode: 0o600 });
}
