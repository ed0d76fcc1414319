import { messageOf, withContext } from "../../errors.ts";
import { isDiskFull, overwriteFile } from "../../files/disk_full.ts";
import { formatMeta, type Meta, writeMeta } from "../../meta/metadata.ts";
import { metaPath, type RuntimeRoot } from "../../root.ts";

/** Fields to change; one that is `undefined` is taken away. */
export type MetaChange = { readonly [K in keyof Meta]?: Meta[K] | undefined };

/** How the last run ended: nothing is known, or it no longer matters. */
export const NO_EXIT: MetaChange = {
  exit_code: undefined,
  exit_signal: undefined,
  reason: undefined,
};

/** What is noted of a process that somebody has stopped: nothing but a request starts it. */
export const STOPPED_ON_REQUEST = {
  reason: "stopped on request",
  stopped_by: "request",
} as const satisfies MetaChange;

/** There is no process. */
export const NOT_RUNNING: MetaChange = {
  pid: null,
  pid_start: null,
  start_time: null,
  retry_at: undefined,
  intent: undefined,
  readiness: undefined,
  output_from: undefined,
  status_text: undefined,
  request: undefined,
};

/** The state of one process, in memory and in its `meta.json`. */
export class RecordedState {
  readonly #root: RuntimeRoot;
  readonly #log: (text: string) => void;
  /**
   * The intent `delete` of a trial instance, kept through all its states: a supervisor that is
   * killed leaves its removal to the next one.
   */
  readonly lastingIntent: "delete" | undefined;
  #meta: Meta;
  /** What `meta.json` says. */
  #written: Meta;
  /** Why it does not say what is known. */
  #unwritten: unknown;

  constructor(root: RuntimeRoot, log: (text: string) => void, meta: Meta) {
    this.#root = root;
    this.#log = log;
    this.#meta = meta;
    this.#written = meta;
    const { status, intent } = meta;
    this.lastingIntent = status === "launching" && intent === "delete" ? intent : undefined;
  }

  /** What is known now; `meta.json` says the same, unless the disk refuses it. */
  get meta(): Meta {
    return this.#meta;
  }

  /** Whether `meta.json` says that a restart is under way, which is finished or begun anew. */
  get isNotedToRestart(): boolean {
    return this.#written.status === "stopping" && this.#written.intent === "restart";
  }

  /** Changes what is known; the next write takes it along. */
  set(changes: MetaChange): void {
    this.#meta = apply(this.#meta, changes);
  }

  /**
   * Changes what is known and writes it.
   *
   * @throws whatever the file system says; nothing is changed then.
   */
  write(changes: MetaChange): void {
    const changed = apply(this.#meta, changes);
    writeMeta(this.#root, changed);
    this.#accept(changed);
  }

  /**
   * The same for what must go on: on a full disk the present file is written over, in its place,
   * which takes no space.
   */
  writeOver(changes: MetaChange): void {
    this.#store(apply(this.#meta, changes));
  }

  /** The same, where `meta.json` does not say so already. */
  ensure(changes: MetaChange): void {
    const changed = apply(this.#meta, changes);
    if (isSame(changed, this.#written)) this.#meta = changed;
    else this.writeOver(changes);
  }

  /** The same for what has happened already: where it cannot be written, that is done later. */
  note(changes: MetaChange): void {
    this.set(changes);
    try {
      this.#store(this.#meta);
    } catch (error) {
      this.#unwritten = error;
      this.#log(`${this.#meta.name}: cannot write meta.json: ${messageOf(error)}`);
    }
  }

  /** Goes back to what was known before, and writes that as {@linkcode note} does. */
  restore(before: Meta): void {
    this.#meta = before;
    this.note({});
  }

  /** Writes what could not be written before. */
  flush(): void {
    if (this.#unwritten !== undefined) this.note({});
  }

  /**
   * Tells somebody who has asked for a change that a supervisor that comes up now would not know
   * of it.
   *
   * @throws why `meta.json` could not be written.
   */
  checkWritten(): void {
    if (this.#unwritten === undefined) return;
    throw withContext(
      `it is ${this.#meta.status}, but that cannot be written to its meta.json yet`,
      this.#unwritten,
    );
  }

  #store(changed: Meta): void {
    try {
      writeMeta(this.#root, changed);
    } catch (error) {
      if (!isDiskFull(error)) throw error;
      overwriteFile(metaPath(this.#root, changed.name), formatMeta(changed));
    }
    this.#accept(changed);
  }

  #accept(changed: Meta): void {
    this.#meta = changed;
    this.#written = changed;
    this.#unwritten = undefined;
  }
}

/** Whether two have the same fields; those that are objects are the same where they are one. */
function isSame(a: Meta, b: Meta): boolean {
  const keys = Object.keys(a) as (keyof Meta)[];
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}

function apply(meta: Meta, changes: MetaChange): Meta {
  // Left out instead of deleted: what a field was deleted of takes four times the memory.
  return Object.fromEntries(
    Object.entries({ ...meta, ...changes }).filter(([, value]) => value !== undefined),
  ) as unknown as Meta;
}
