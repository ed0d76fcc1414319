import { basename, dirname } from "@std/path";
import { messageOf } from "../../errors.ts";
import { isDirectory, lstatIfThere, statIfThere } from "../../files/path_info.ts";
import type { WatchedFiles } from "../../settings/table/settings_table.ts";
import { watchFilter } from "./watch_filter.ts";

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
  #watcher: Deno.FsWatcher | undefined;
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
    this.#isStale = false;
    const filter = watchFilter(watch, this.#rootPath);
    try {
      const links = linksIn(watch.paths);
      const directories = directoriesOf(watch, links, filter);
      if (directories.length === 0) throw new Deno.errors.NotFound("there is nothing to watch");
      this.#watcher = Deno.watchFs(directories, { recursive: false });
      this.#listen(this.#watcher, watch, links, filter).catch((error) => this.#beginLater(error));
    } catch (error) {
      this.#beginLater(error);
    }
  }

  /** Begins anew, with the directories there are now. */
  #renew(): void {
    this.#end();
    this.#begin();
  }

  #beginLater(error: unknown): void {
    this.#end();
    this.#actions.log(`watch: ${messageOf(error)}; trying again in ${RETRY_AFTER / 1000} s`);
    this.#retry = setTimeout(() => this.#begin(), RETRY_AFTER);
  }

  #end(): void {
    try {
      this.#watcher?.close();
    } catch {
      // It has ended by itself.
    }
    this.#watcher = undefined;
  }

  async #listen(
    watcher: Deno.FsWatcher,
    { debounce }: WatchedFiles,
    links: ReadonlySet<string>,
    filter: (path: string) => string | undefined,
  ): Promise<void> {
    for await (const { kind, paths } of watcher) {
      // Reading a file is no change of it.
      if (kind === "access") continue;
      const changed = paths.map((path) => links.has(path) ? basename(path) : filter(path))
        .filter((below) => below !== undefined);
      if (changed.length === 0) continue;
      // Behind a link that was moved there are other directories than those being watched.
      this.#isStale ||= paths.some((path) => links.has(path)) ||
        (kind !== "modify" && paths.some(isNoFile));
      if (this.#isForgotten(paths)) {
        if (this.#isStale) return this.#renew();
        continue;
      }
      this.#note(changed, debounce);
    }
  }

  /** Whether it is a late report of a change that was to be dropped. */
  #isForgotten(paths: readonly string[]): boolean {
    const age = Date.now() - this.#forgotten;
    // Compared only for a short time: clocks are set, and a file system of another machine has its
    // own.
    if (age < 0 || age > MAX_DELAY) return false;
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
