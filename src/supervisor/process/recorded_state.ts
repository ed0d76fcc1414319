import { messageOf } from "../../errors.ts";
import { formatMeta, type Meta, writeMeta } from "../../meta/metadata.ts";
import type { RuntimeRoot } from "../../root.ts";

/** Fields to change; one that is `undefined` is taken away. */
export type MetaChange = { readonly [K in keyof Meta]?: Meta[K] | undefined };

/** How the last run ended: nothing is known, or it no longer matters. */
export const NO_EXIT: MetaChange = {
  exit_code: undefined,
  exit_signal: undefined,
  reason: undefined,
};

/** There is no process. */
export const NOT_RUNNING: MetaChange = {
  pid: null,
  pid_start: null,
  start_time: null,
  retry_at: undefined,
  intent: undefined,
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
  #unwritten = false;

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
    this.#meta = changed;
    this.#written = changed;
    this.#unwritten = false;
  }

  /** The same, where `meta.json` does not say so already. */
  ensure(changes: MetaChange): void {
    if (formatMeta(apply(this.#meta, changes)) !== formatMeta(this.#written)) this.write(changes);
    else this.set(changes);
  }

  /** The same where there is nobody to tell that the disk refuses it: it is written later. */
  note(changes: MetaChange): void {
    this.#meta = apply(this.#meta, changes);
    try {
      writeMeta(this.#root, this.#meta);
      this.#written = this.#meta;
      this.#unwritten = false;
    } catch (error) {
      this.#unwritten = true;
      this.#log(`${this.#meta.name}: cannot write meta.json: ${messageOf(error)}`);
    }
  }

  /** Writes what could not be written before, as on a full disk. */
  flush(): void {
    if (this.#unwritten) this.note({});
  }
}

function apply(meta: Meta, changes: MetaChange): Meta {
  const changed: Record<string, unknown> = { ...meta, ...changes };
  for (const key of Object.keys(changed)) if (changed[key] === undefined) delete changed[key];
  return changed as unknown as Meta;
}
