import { lstatIfThere } from "./path_info.ts";

/**
 * Milliseconds for which a file must have been left alone before what was read of it is kept: file
 * systems tell times in steps, and two changes in one step look like one.
 */
export const SETTLED_AFTER = 2500;

/** What tells one state of a file or directory from another. */
interface Identity {
  readonly dev: number;
  readonly ino: number | null;
  readonly size: number;
  /** Milliseconds since the epoch; `undefined` where the file system does not tell. */
  readonly modified: number | undefined;
  readonly changed: number | undefined;
}

interface Kept<T> extends Identity {
  readonly value: T;
}

/**
 * Keeps what was read of files and directories for as long as they stay as they are: a look at one
 * takes a fifth of the time of reading it. The directory of a process changes where something is
 * made, renamed or removed in it, not where a log grows.
 *
 * @example
 * ```ts
 * import { UnchangedReads } from "./unchanged_reads.ts";
 *
 * const hosts = new UnchangedReads<string>();
 * hosts.of("/etc/hosts", () => Deno.readTextFileSync("/etc/hosts")); // reads it
 * hosts.of("/etc/hosts", () => Deno.readTextFileSync("/etc/hosts")); // has it already
 * ```
 */
export class UnchangedReads<T> {
  #kept = new Map<string, Kept<T>>();
  /** What was asked for since the last {@linkcode forgetUnasked}. */
  #asked = new Map<string, Kept<T>>();

  /**
   * What `read` makes of what is at `path`, which is called only where that has changed since. A
   * link is read each time, for it leads to a file that this does not look at.
   *
   * @throws whatever `read` throws; that is not kept.
   */
  of(path: string, read: () => T): T {
    const info = lstatIfThere(path);
    if (info === undefined || info.isSymlink) return read();
    const known = this.#asked.get(path) ?? this.#kept.get(path);
    if (known !== undefined && isAsBefore(known, info)) {
      this.#asked.set(path, known);
      return known.value;
    }
    const isSettled = Date.now() - lastChange(info) > SETTLED_AFTER;
    const value = read();
    if (isSettled) this.#asked.set(path, { ...identityOf(info), value });
    return value;
  }

  /** Forgets what nobody has asked for since the last call: most of it is there no more. */
  forgetUnasked(): void {
    this.#kept = this.#asked;
    this.#asked = new Map();
  }
}

function identityOf({ dev, ino, size, mtime, ctime }: Deno.FileInfo): Identity {
  return { dev, ino, size, modified: mtime?.getTime(), changed: ctime?.getTime() };
}

/** A thousand files are looked at each minute: nothing is made for a comparison. */
function isAsBefore(before: Identity, { dev, ino, size, mtime, ctime }: Deno.FileInfo): boolean {
  return before.ino === ino && before.size === size && before.dev === dev &&
    before.modified === mtime?.getTime() && before.changed === ctime?.getTime();
}

/** In milliseconds since the epoch; `Infinity` where the file system does not tell. */
function lastChange({ mtime, ctime }: Deno.FileInfo): number {
  return Math.max(mtime?.getTime() ?? Infinity, ctime?.getTime() ?? Infinity);
}
