import { basename, dirname } from "@std/path/posix";
import { messageOf } from "../../errors.ts";
import { isDirectory, lstatIfThere, statIfThere } from "../../files/path_info.ts";
import type { WatchedFiles } from "../../settings/table/settings_table.ts";
import { watchFilter } from "./watch_filter.ts";
import { type WatchEvent, watchInThread } from "./watch_thread.ts";

/** What a watch tells. */
export interface WatchActions {
  /**
   * Something changed.
   *
   * @param what Says what, in words.
   */
  changed(what: string): void;
  log(text: string): void;
}

/** Maximum of directories that are watched for one process. */
const MAX_DIRECTORIES = 10_000;
/** Milliseconds after which a path that cannot be watched is tried again. */
const RETRY_AFTER = 10_000;
/** Milliseconds after which changes are reported although more keep coming. */
const MAX_DEBOUNCE = 5_000;
/** Milliseconds by which a change may be seen later than it was made. */
const MAX_DELAY = 1_000;

/**
 * Watches files and directories. Directories are watched, never the files themselves: an
 * editor that saves by renaming puts another file in the place of the one it edited.
 */
export class FileWatch {
  readonly #rootPath: string;
  readonly #actions: WatchActions;
  #watch: WatchedFiles | null = null;
  /** Ends the watch that is open. */
  #stop: (() => void) | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #pause: ReturnType<typeof setTimeout> | undefined;
  #changes = new Set<string>();
  /**
   * Whether a directory was made or removed since the watch was set up: it has to be set up again.
   */
  #isStale = false;
  #firstChange = 0;
  /** Changes made before this time, by `Date.now()`, are not reported. */
  #forgotten = -Infinity;

  /** @param rootPath The root of tsm, which is never watched. */
  constructor(rootPath: string, actions: WatchActions) {
    this.#rootPath = rootPath;
    this.#actions = actions;
  }

  /** Watches this from now on; where it is watched already, nothing happens. */
  follow(watch: WatchedFiles | null): void {
    if (JSON.stringify(watch) === JSON.stringify(this.#watch)) return;
    this.close();
    this.#watch = watch;
    this.#begin();
  }

  /** Drops all changes made until now, also those that the kernel reports only later. */
  forget(): void {
    clearTimeout(this.#pause);
    this.#changes.clear();
    this.#forgotten = Date.now();
    if (this.#isStale) this.#renew();
  }

  /** Watches nothing any more. */
  close(): void {
    clearTimeout(this.#retry);
    clearTimeout(this.#pause);
    this.#changes.clear();
    this.#end();
    this.#watch = null;
  }

  #begin(): void {
    const watch = this.#watch;
    if (watch === null) return;
    const since = Date.now();
    this.#isStale = false;
    const filter = watchFilter(watch, this.#rootPath);
    try {
      const links = linksIn(watch.paths);
      const directories = directoriesOf(watch, links, filter).filter((dir) =>
        this.#canBeWatched(dir)
      );
      if (directories.length === 0) throw new Deno.errors.NotFound("there is nothing to watch");
      this.#stop = watchInThread({
        directories,
        since,
        happened: (event) => this.#hear(event, watch, links, filter),
        failed: (error) => this.#beginLater(error),
      });
    } catch (error) {
      this.#beginLater(error);
    }
  }

  /** Begins anew, with the directories there are now. */
  #renew(): void {
    const stop = this.#stop;
    this.#stop = undefined;
    this.#begin();
    // Behind the beginning, so that the thread in which it is watched has something to do.
    stop?.();
  }

  #beginLater(error: unknown): void {
    this.#end();
    this.#actions.log(`watch: ${messageOf(error)}; trying again in ${RETRY_AFTER / 1000} s`);
    this.#retry = setTimeout(() => this.#begin(), RETRY_AFTER);
  }

  #end(): void {
    this.#stop?.();
    this.#stop = undefined;
  }

  /** Leaves out a directory that {@linkcode blockingFileIn} has a file of. */
  #canBeWatched(directory: string): boolean {
    const name = blockingFileIn(directory);
    if (name === undefined) return true;
    this.#actions.log(
      `watch: ${directory} is left out, for '${name}' in it is a named pipe or a device; ` +
        "move that elsewhere",
    );
    return false;
  }

  #hear(
    { kind, paths, isOld }: WatchEvent,
    { debounce }: WatchedFiles,
    links: ReadonlySet<string>,
    filter: (path: string) => string | undefined,
  ): void {
    const changed = paths.map((path) => links.has(path) ? basename(path) : filter(path))
      .filter((below) => below !== undefined);
    if (changed.length === 0) return;
    // Behind a link that was moved there are other directories than those being watched.
    this.#isStale ||= paths.some((path) => links.has(path)) ||
      (kind !== "modify" && paths.some(isNoFile));
    if (!this.#isForgotten(paths, isOld)) this.#note(changed, debounce);
    else if (this.#isStale) this.#renew();
  }

  /** Whether it is a late report of a change that was to be dropped. */
  #isForgotten(paths: readonly string[], isOld: boolean): boolean {
    const age = Date.now() - this.#forgotten;
    // Compared only for a short time, or where the report may be late: clocks are set, and a file
    // system of another machine has its own.
    if (!isOld && (age < 0 || age > MAX_DELAY)) return false;
    return paths.every((path) => changeTime(path) < this.#forgotten);
  }

  #note(changed: readonly string[], debounce: number): void {
    const now = performance.now();
    if (this.#changes.size === 0) this.#firstChange = now;
    for (const below of changed) this.#changes.add(below);
    const left = Math.max(0, this.#firstChange + Math.max(MAX_DEBOUNCE, debounce) - now);
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => {
      if (this.#isStale) {
        // The new watch sees what happens from here on; what happened before it is reported below.
        this.#renew();
      }
      const [first, ...others] = this.#changes;
      this.#changes.clear();
      const more = others.length === 0 ? "" : ` and ${others.length} more`;
      this.#actions.changed(`watch: ${first}${more} changed`);
    }, Math.min(debounce, left));
  }
}

/**
 * When the file at a path was written or put there. `ctime` alone would not do: in Deno it has
 * whole seconds.
 */
function changeTime(path: string): number {
  const times = [path, dirname(path)].map((one) => lstatIfThere(one)?.mtime?.getTime());
  return Math.max(...times.map((time) => time ?? -Infinity));
}

/** The symbolic links that paths lead through, as a deploy moves them to the next release. */
function linksIn(paths: readonly string[]): ReadonlySet<string> {
  const links = new Set<string>();
  for (const path of paths) {
    for (let part = path; part !== dirname(part); part = dirname(part)) {
      if (lstatIfThere(part)?.isSymlink) links.add(part);
    }
  }
  return links;
}

/** The directories whose entries are to be watched. */
function directoriesOf(
  watch: WatchedFiles,
  links: ReadonlySet<string>,
  filter: (path: string) => string | undefined,
): string[] {
  const found = new Set([...links].map((link) => dirname(link)));
  for (const path of watch.paths) {
    if (isDirectory(path)) found.add(path);
    // A file, or one that is still to come.
    else if (isDirectory(dirname(path))) found.add(dirname(path));
  }
  const walked = new Set(watch.paths.filter(isDirectory));
  for (const dir of walked) {
    found.add(dir);
    if (found.size > MAX_DIRECTORIES) {
      throw new Deno.errors.InvalidData(
        `more than ${MAX_DIRECTORIES} directories; leave some out with an ignore glob`,
      );
    }
    for (const { name, isDirectory } of entriesOf(dir)) {
      const path = `${dir === "/" ? "" : dir}/${name}`;
      if (isDirectory && filter(path) !== undefined) walked.add(path);
    }
  }
  return [...found];
}

/**
 * The name of a file that whoever opens it may wait for without end. Deno opens each file that
 * something happens to in a directory that it watches, and watches nothing any more while it waits.
 */
function blockingFileIn(dir: string): string | undefined {
  return entriesOf(dir).find(({ name, isFile, isDirectory }) => {
    if (isFile || isDirectory) return false;
    const info = statIfThere(`${dir}/${name}`);
    return info?.isFifo || info?.isCharDevice || info?.isBlockDevice;
  })?.name;
}

function entriesOf(dir: string): Deno.DirEntry[] {
  try {
    return [...Deno.readDirSync(dir)];
  } catch {
    // It has just been removed.
    return [];
  }
}

/** Whether it is a directory, or gone: it may have been one. */
function isNoFile(path: string): boolean {
  const info = statIfThere(path);
  return info ? !info.isFile : !basename(path).includes(".");
}
