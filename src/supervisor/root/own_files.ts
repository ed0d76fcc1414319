import { delay } from "@std/async/delay";
import {
  findAddress,
  formatSupervisorFile,
  retireSupervisorFile,
  type SupervisorAddress,
  writeSupervisorFile,
} from "../../api/supervisor_file.ts";
import { tryLockSupervisor } from "../../api/supervisor_lock.ts";
import { messageOf } from "../../errors.ts";
import { statIfThere } from "../../files/path_info.ts";
import { readTextIfThere } from "../../files/read_text.ts";
import { ensureRoot, type RuntimeRoot } from "../../root.ts";

/** How often a lock that a client may hold for an instant is tried. */
const LOCK_TRIES = 20;
const LOCK_EVERY = 10;

/** What {@linkcode OwnFiles} is made of. */
export interface OwnFilesOptions {
  readonly root: RuntimeRoot;
  /** The absolute path of the root. */
  readonly rootPath: string;
  /** The lock that this supervisor holds; closed with {@linkcode OwnFiles}. */
  readonly lock: Deno.FsFile;
  readonly log: (text: string) => void;
}

/**
 * The files by which a supervisor is known, while it lives: somebody may remove, damage or move
 * them. What can be made anew is; where that is no longer this supervisor's to do, it has to leave.
 */
export class OwnFiles implements Disposable {
  readonly #root: RuntimeRoot;
  readonly #rootPath: string;
  readonly #log: (text: string) => void;
  /** What the root was when the supervisor came up. */
  readonly #directory: Deno.FileInfo;
  #lock: Deno.FsFile;
  #address: SupervisorAddress | undefined;

  constructor({ root, rootPath, lock, log }: OwnFilesOptions) {
    this.#root = root;
    this.#rootPath = rootPath;
    this.#log = log;
    this.#lock = lock;
    this.#directory = Deno.statSync(rootPath);
  }

  /** Writes where it listens into `supervisor.json`, now or as soon as the disk permits. */
  publish(address: SupervisorAddress): void {
    this.#address = address;
    try {
      writeSupervisorFile(this.#root, address);
    } catch (error) {
      this.#log(`cannot write supervisor.json, clients wait for it: ${messageOf(error)}`);
    }
  }

  /** Takes `supervisor.json` away, unless it is a later supervisor's, or the root is gone. */
  withdraw(): void {
    if (this.isRootGone()) return;
    const present = findAddress(this.#root);
    if (present !== undefined && present.pid !== Deno.pid) return;
    retireSupervisorFile(this.#root);
  }

  /** Whether the root has been removed or moved: nothing can be written to it any more. */
  isRootGone(): boolean {
    try {
      const { dev, ino } = Deno.statSync(this.#rootPath);
      return dev !== this.#directory.dev || ino !== this.#directory.ino;
    } catch (error) {
      return error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory;
    }
  }

  /**
   * Makes what is missing or damaged anew.
   *
   * @returns why this supervisor has to leave; `undefined` where all is as it should be.
   */
  async mend(): Promise<string | undefined> {
    if (this.isRootGone()) return this.rootGone().message;
    try {
      ensureRoot(this.#root);
      if (!await this.#keepsLock()) return "another supervisor holds runtime/supervisor.lock";
      this.#keepAddress();
    } catch (error) {
      // A full disk: the next look tries again.
      this.#log(`own files: ${messageOf(error)}`);
    }
    return undefined;
  }

  /** What is told to whoever asks for something when the root is gone. */
  rootGone(): Error {
    return new Deno.errors.NotConnected(
      `the root '${this.#rootPath}' has been moved or removed under its supervisor ` +
        `(pid ${Deno.pid}), which leaves; its processes run on`,
    );
  }

  [Symbol.dispose](): void {
    this.#lock.close();
  }

  /** Whether it still holds the lock that clients see; one that was removed is taken anew. */
  async #keepsLock(): Promise<boolean> {
    for (let tries = 0; tries < LOCK_TRIES; tries++) {
      if (statIfThere(this.#root.supervisorLock)?.ino === this.#lock.statSync().ino) return true;
      const lock = tryLockSupervisor(this.#root);
      if (lock) {
        this.#lock.close();
        this.#lock = lock;
        this.#log("supervisor.lock was removed or replaced: taken anew");
        return true;
      }
      await delay(LOCK_EVERY);
    }
    return false;
  }

  #keepAddress(): void {
    const address = this.#address;
    if (!address) return;
    if (readTextIfThere(this.#root.supervisorJson) === formatSupervisorFile(address)) return;
    writeSupervisorFile(this.#root, address);
    this.#log("supervisor.json was removed or changed: written anew");
  }
}
