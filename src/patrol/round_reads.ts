import { directoryEntries } from "../files/directory_entries.ts";
import { readTextIfThere } from "../files/read_text.ts";
import { UnchangedReads } from "../files/unchanged_reads.ts";
import { type Stream, STREAMS } from "../logs/log_problems.ts";
import { type Meta, readMeta } from "../meta/metadata.ts";
import { readSpec } from "../meta/spec.ts";
import { metaPath, processPaths, type RuntimeRoot } from "../root.ts";

/** What patrol looks for in a directory. */
export interface DirectoryNames {
  readonly links: readonly string[];
  /** Files of operations that are under way, or were interrupted. */
  readonly temporary: readonly string[];
  /** The logs that are there, of those that are being written. */
  readonly logs: readonly Stream[];
}

const NONE: readonly string[] = [];

/**
 * What patrol reads below a root. Kept from one round to the next, a file that nobody has changed
 * is not read again.
 */
export class RoundReads {
  readonly #root: RuntimeRoot;
  readonly #metas = new UnchangedReads<Meta>();
  /** Nothing is kept of a spec but that it can be read. */
  readonly #specs = new UnchangedReads<void>();
  readonly #pidFiles = new UnchangedReads<string | undefined>();
  readonly #directories = new UnchangedReads<DirectoryNames>();

  constructor(root: RuntimeRoot) {
    this.#root = root;
  }

  /**
   * The `meta.json` of the process `name`.
   *
   * @throws why it cannot be read.
   */
  meta(name: string): Meta {
    return this.#metas.of(metaPath(this.#root, name), () => readMeta(this.#root, name));
  }

  /**
   * Sees that the `spec.json` of the process `name` can be read.
   *
   * @throws why it cannot.
   */
  checkSpec(name: string): void {
    this.#specs.of(processPaths(this.#root, name).spec, () => void readSpec(this.#root, name));
  }

  /** What a pid file says; `undefined` where there is none. */
  pidFile(path: string): string | undefined {
    return this.#pidFiles.of(path, () => readTextIfThere(path)?.trim());
  }

  /** What is in the directory `path`; nothing where there is none. */
  directory(path: string): DirectoryNames {
    return this.#directories.of(path, () => namesIn(path));
  }

  /** What is in the directories of all processes, by path; with those that begin with a dot. */
  processDirectories(): ReadonlyMap<string, DirectoryNames> {
    const { processes } = this.#root;
    const directories = directoryEntries(processes).filter(({ isDirectory }) => isDirectory);
    return new Map(
      directories.map(({ name }) => `${processes}/${name}`).map((path) => [
        path,
        this.directory(path),
      ]),
    );
  }

  /** Forgets what this round has not asked for. */
  endRound(): void {
    this.#metas.forgetUnasked();
    this.#specs.forgetUnasked();
    this.#pidFiles.forgetUnasked();
    this.#directories.forgetUnasked();
  }
}

function namesIn(path: string): DirectoryNames {
  const entries = directoryEntries(path);
  const names = (isWanted: (entry: Deno.DirEntry) => boolean) => {
    const found = entries.filter(isWanted).map(({ name }) => name);
    return found.length === 0 ? NONE : found;
  };
  return {
    links: names(({ isSymlink }) => isSymlink),
    temporary: names(({ isFile, name }) => isFile && name.endsWith(".tmp")),
    logs: STREAMS.filter((stream) => entries.some(({ name }) => name === `current.${stream}`)),
  };
}
