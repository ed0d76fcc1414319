import { isDiskFull } from "../../files/disk_full.ts";
import { isRealDirectory, isThere, sizeOf } from "../../files/path_info.ts";
import { removeIfThere, removeTree, replaceFile } from "../../files/replace_file.ts";
import { formatMeta, type Meta } from "../../meta/metadata.ts";
import { formatSpec, type Spec, writeSpec } from "../../meta/spec.ts";
import {
  differs,
  type EnvironmentDifference,
  formatDifference,
  readDifference,
  writeDifference,
} from "../../program/environment.ts";
import { ensureRoot, type ProcessPaths, processPaths, type RuntimeRoot } from "../../root.ts";

/** The directory of one process, and its pid file. */
export class ProcessDirectory {
  readonly #root: RuntimeRoot;
  readonly #name: string;
  #unwrittenPid: number | undefined;

  constructor(root: RuntimeRoot, name: string) {
    this.#root = root;
    this.#name = name;
  }

  /** Put together whenever they are asked for: to keep them takes a kilobyte a process. */
  get #paths(): ProcessPaths {
    return processPaths(this.#root, this.#name);
  }

  /** The path of its `current.err`. */
  get errPath(): string {
    return this.#paths.err;
  }

  /** The paths of its logs. */
  get logs(): readonly [string, string] {
    return [this.#paths.out, this.#paths.err];
  }

  /** The size of its `current.err`, in bytes. */
  errSize(): number {
    return sizeOf(this.#paths.err);
  }

  /** Whether somebody has removed it, which removes the process. */
  isGone(): boolean {
    return !isRealDirectory(this.#paths.dir);
  }

  /** Whether nothing is in its place: a symbolic link put there is not taken for that. */
  isRemoved(): boolean {
    return !isThere(this.#paths.dir);
  }

  /** Writes what is to run from now on, with the same environment if none is given. */
  define(spec: Spec, environment?: EnvironmentDifference): void {
    if (environment) writeDifference(this.#root, this.#name, environment);
    writeSpec(this.#root, this.#name, spec);
  }

  /** The difference of its environment to the one that all processes share. */
  environment(): EnvironmentDifference {
    return readDifference(this.#root, this.#name);
  }

  /**
   * Writes its pid file; where somebody has removed the directory of all of them, that too. On a
   * full disk that is done later: `meta.json` has the pid.
   */
  notePid(pid: number): void {
    try {
      this.#writePid(pid);
      this.#unwrittenPid = undefined;
    } catch (error) {
      if (!isDiskFull(error)) throw error;
      this.#unwrittenPid = pid;
    }
  }

  /** Writes what could not be written before, as on a full disk. */
  flush(): void {
    if (this.#unwrittenPid !== undefined) this.notePid(this.#unwrittenPid);
  }

  #writePid(pid: number): void {
    const write = () => replaceFile(this.#paths.pid, `${pid}\n`);
    try {
      write();
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      ensureRoot(this.#root);
      write();
    }
  }

  /** Removes the pid file and the link to it: there is no process. */
  forgetPid(): void {
    this.#unwrittenPid = undefined;
    removeIfThere(this.#paths.pid);
    removeIfThere(this.#paths.pidLink);
  }

  /** Removes it, in one step for whoever looks. */
  remove(): void {
    const leaving = `${this.#root.processes}/.${this.#name}.removed`;
    const rename = () => Deno.renameSync(this.#paths.dir, leaving);
    if (!this.isGone()) {
      try {
        rename();
      } catch {
        // Another removal was cut short.
        removeTree(leaving);
        rename();
      }
    }
    removeIfThere(this.#paths.pid);
    this.forgetInput();
    removeTree(leaving);
  }

  /** Removes its standard input, which is not in its directory. */
  forgetInput(): void {
    removeIfThere(this.#paths.stdin);
  }
}

/**
 * Makes the directory of a new process, in one step: a supervisor that dies
 * leaves it whole or not at all.
 *
 * @throws {Deno.errors.AlreadyExists} if something of that name is in the way.
 */
export function createProcessDirectory(
  root: RuntimeRoot,
  meta: Meta,
  spec: Spec,
  environment: EnvironmentDifference,
): void {
  const { dir } = processPaths(root, meta.name);
  // What begins with a dot is no process, and is swept away at the next boot.
  const staged = `${root.processes}/.${meta.name}.new`;
  try {
    Deno.mkdirSync(staged, { mode: 0o700 });
    // Nobody looks before it is in its place: no file need be renamed by itself.
    const write = (name: string, text: string, mode: number) =>
      Deno.writeTextFileSync(`${staged}/${name}`, text, { mode });
    if (differs(environment)) write("env", formatDifference(environment), 0o600);
    write("spec.json", formatSpec(spec), 0o600);
    write("meta.json", formatMeta(meta), 0o644);
    // Its launch looks at its logs several times: what is missing takes twenty times as long to see.
    for (const log of ["current.out", "current.err"]) write(log, "", 0o640);
    // An empty directory is replaced; nothing else is.
    Deno.renameSync(staged, dir);
  } catch (error) {
    removeTree(staged);
    if (!isThere(dir)) throw error;
    throw new Deno.errors.AlreadyExists(
      `'${dir}' is in the way and is no process of tsm's; 'tsm patrol' puts it into quarantine`,
    );
  }
}
