import {
  ensureRoot,
  type ProcessPaths,
  processPaths,
  type RuntimeRoot,
  runtimeRoot,
} from "../src/root.ts";

/** A runtime root in a temporary directory, which is removed behind the test. */
export class TemporaryRoot implements Disposable {
  /** The directory all is in, by its real path. */
  readonly base: string;
  readonly root: RuntimeRoot;

  constructor() {
    this.base = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "tsm-test-" }));
    this.root = runtimeRoot(`${this.base}/root`);
    ensureRoot(this.root);
  }

  /** A directory outside the root, for files of the test. */
  get work(): string {
    const work = `${this.base}/work`;
    Deno.mkdirSync(work, { recursive: true });
    return work;
  }

  /** Makes the directory of the process `name`; gives its paths. */
  process(name: string): ProcessPaths {
    const paths = processPaths(this.root, name);
    Deno.mkdirSync(paths.dir, { recursive: true });
    return paths;
  }

  /** Makes a file in the work directory; gives its path. */
  write(name: string, text: string, mode = 0o644): string {
    const path = `${this.work}/${name}`;
    Deno.writeTextFileSync(path, text);
    Deno.chmodSync(path, mode);
    return path;
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.base, { recursive: true });
  }
}
