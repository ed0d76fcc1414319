/**
 * The note of a rotation under way, `current.out.rotation`: after a crash it tells the next
 * supervisor how to finish, and readers of the log which file holds the lines.
 *
 * Format: JSON lines. The first is the note, the second, `{"done":true}`, is
 * appended by the helper once the log is truncated.
 *
 * @module
 */
import { join } from "@std/path/posix";
import { isPlainFile } from "../files/path_info.ts";
import { openIfThere, readAt } from "../files/read_at.ts";
import { readTextIfThere } from "../files/read_text.ts";
import { replaceFile } from "../files/replace_file.ts";
import type { LogPaths } from "../root.ts";

/** A process, and its `start` in the process table. */
export interface NotedProcess {
  readonly pid: number;
  readonly start: number;
}

/** What a rotation is about to do. */
export interface RotationNote {
  /** The name the copy gets: `2024-10-13-00.out`. */
  readonly target: string;
  /** The inode of the log that was copied. */
  readonly inode: number;
  /** The shell that does it; nobody may finish the rotation while it lives. */
  readonly helper: NotedProcess | null;
  /** The processes it has stopped, or is about to. */
  readonly frozen: readonly NotedProcess[];
  /** The log is truncated. */
  readonly done: boolean;
}

/** How much of a copy is compared with the log it may be the copy of, in bytes. */
const SAMPLE = 4096;

/**
 * Reads the note of a rotation under way; `undefined` if there is none, or none that tsm has
 * written.
 */
export function readNote(log: LogPaths): RotationNote | undefined {
  const text = isPlainFile(log.note) ? readTextIfThere(log.note) ?? "" : "";
  const [first = "", second = ""] = text.split("\n");
  try {
    const note = JSON.parse(first);
    return isNote(note) ? { ...note, done: second.includes("done") } : undefined;
  } catch {
    return undefined;
  }
}

// Checked by hand: for a schema library `tsm logs` would take longer to start.
function isNote(value: unknown): value is Omit<RotationNote, "done"> {
  if (typeof value !== "object" || value === null) return false;
  const { target, inode, helper, frozen } = value as Partial<Record<keyof RotationNote, unknown>>;
  return typeof target === "string" && /^[A-Za-z0-9.-]+$/.test(target) &&
    typeof inode === "number" && (helper === null || isProcess(helper)) &&
    Array.isArray(frozen) && frozen.every(isProcess);
}

function isProcess(value: unknown): value is NotedProcess {
  if (typeof value !== "object" || value === null) return false;
  const { pid, start } = value as Partial<Record<keyof NotedProcess, unknown>>;
  return typeof pid === "number" && typeof start === "number";
}

/** Writes the note of a rotation, whole or not at all. */
export function writeNote(log: LogPaths, note: Omit<RotationNote, "done">): void {
  replaceFile(log.note, `${JSON.stringify(note)}\n`, { mode: 0o600 });
}

/** How far a noted rotation has come. */
export type RotationState =
  /** The log is whole; a rotated file of that name, if there is one, only repeats it. */
  | "not truncated"
  /** The rotated file holds what the log no longer does. */
  | "truncated";

/**
 * Tells whether the log of a noted rotation still holds what was copied from it:
 * the copy is its beginning then, byte for byte.
 */
export function rotationState(
  log: LogPaths,
  note: Pick<RotationNote, "target" | "inode" | "done">,
): RotationState {
  if (note.done) return "truncated";
  const target = openIfThere(join(log.dir, note.target));
  if (!target) return "not truncated";
  using copy = target;
  const current = openIfThere(log.current);
  if (!current) return "truncated";
  using live = current;
  const { size } = copy.statSync();
  const { size: liveSize, ino } = live.statSync();
  if (ino !== note.inode || liveSize < size) return "truncated";
  const isSame = [0, Math.max(0, size - SAMPLE)].every((offset) => {
    const length = Math.min(SAMPLE, size - offset);
    const [a, b] = [readAt(copy, offset, length), readAt(live, offset, length)];
    return a.length === b.length && a.every((byte, index) => byte === b[index]);
  });
  return isSame ? "not truncated" : "truncated";
}
