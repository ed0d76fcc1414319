import { delay } from "@std/async/delay";
import { isThere, statIfThere } from "../files/path_info.ts";
import { openIfThere, readAt } from "../files/read_at.ts";
import { stillRuns } from "../process/linux/read_process_table.ts";
import type { LogPaths } from "../root.ts";
import { compareBases, listRotated, type RotatedFile } from "./rotated_files.ts";
import { readNote, rotationState } from "./rotation_note.ts";
import { type ChunkTimes, PresentIndex, rotatedTimes } from "./log_times.ts";

/**
 * A place in a log: an offset in the first file behind the rotated file `after`. It stays valid
 * when the first file is rotated in its turn.
 */
export interface Position {
  /** The name of a rotated file, or `""`: the place is in the oldest file. */
  readonly after: string;
  /** In bytes. */
  readonly offset: number;
}

/** A piece of a log. */
export interface Chunk {
  /** Valid only until the next chunk is read: the reader has one buffer. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The offset of its first byte in its file. */
  readonly offset: number;
  /** Whether it does not continue the chunk before it, because the log was emptied in between. */
  readonly fresh: boolean;
  /** When its bytes were written, as far as that is known. */
  readonly times: ChunkTimes;
}

const CHUNK = 1024 * 1024;
/**
 * Number of bytes before the position that are compared with those read earlier: if they differ,
 * the log was emptied and written anew.
 */
const MEMORY = 64;

/**
 * Reads a log on from a place, through rotations and across compressed files, every
 * byte once: as often as it is asked, up to what is there.
 */
export class LogReader {
  readonly #log: LogPaths;
  #after: string;
  #offset: number;
  #file: Deno.FsFile | undefined;
  #directory: string | undefined;
  #memory = new Uint8Array(0);
  /** Kept between reads: allocating one for each chunk would take longer than all the rest. */
  #buffer = new Uint8Array(0);
  #fresh = false;
  #isHeldUp = false;
  readonly #index: PresentIndex;

  /** @param start Where to begin; by default at the beginning of all that is kept. */
  constructor(log: LogPaths, start: Position = { after: "", offset: 0 }) {
    this.#log = log;
    this.#index = new PresentIndex(log);
    this.#after = start.after;
    this.#offset = start.offset;
    this.#directory = identityOf(log.dir);
    this.#open();
  }

  /**
   * Whether the last read stopped at a rotation under way: the rest can be read when that is over.
   */
  get isHeldUp(): boolean {
    return this.#isHeldUp;
  }

  /**
   * Reads what was written since the last call.
   *
   * @param end Where to stop; by default where nothing more is there.
   * @param isTimed Whether it is asked when the bytes came; if not, the index is not read, and
   * they have come just now.
   */
  async *read(end?: Position, isTimed = true): AsyncGenerator<Chunk> {
    while (true) {
      const room = this.#room(end);
      if (room <= 0) return;
      const file = this.#open();
      const size = file?.statSync().size ?? 0;
      const { isContinued, bytes } = file ? this.#readCurrent(file, size) : NOTHING;
      // The list is read after the bytes: if it has no new rotated file, the log had not been
      // rotated when the bytes were read.
      const rotated = await this.#nextRotated();
      this.#isHeldUp = rotated === "under way";
      if (rotated === "under way") {
        // A reader that follows the log learns from isHeldUp that it has to read again.
        if (!end) return;
        await delay(10);
        continue;
      }
      if (rotated) {
        yield* this.#readRotated(rotated, room);
        continue;
      }
      if (file && (size < this.#offset || !isContinued)) {
        this.#begin(0);
        continue;
      }
      if (file && bytes.length > 0) {
        const times = isTimed ? this.#presentTimes(file) : { index: [], end: Date.now() / 1000 };
        yield this.#take(bytes.subarray(0, room), times);
        continue;
      }
      if (file && this.#isStillThere(file)) return;
      // Another file has this path now: a rotation has just renamed ours, or somebody replaced it.
      if (await this.#nextRotated()) continue;
      // The process may have written to the old file since it was read.
      if (file && file.statSync().size > this.#offset) continue;
      this.#close();
      if (file) this.#begin(0);
      if (!this.#open()) return;
    }
  }

  /** Closes the file it holds. */
  [Symbol.dispose](): void {
    this.#close();
  }

  /** Opens the current file, from its beginning where the directory was replaced. */
  #open(): Deno.FsFile | undefined {
    while (!this.#file) {
      const directory = identityOf(this.#log.dir);
      const file = openIfThere(this.#log.current);
      if (identityOf(this.#log.dir) !== directory) {
        file?.close();
        continue;
      }
      // A process that was removed and started anew has a new directory: offsets in the old files
      // mean nothing in the new ones.
      if (directory !== undefined && directory !== this.#directory) {
        this.#directory = directory;
        this.#after = "";
        this.#begin(0);
      }
      if (!file) return undefined;
      this.#file = file;
    }
    return this.#file;
  }

  #close(): void {
    this.#file?.close();
    this.#file = undefined;
  }

  /** Reads the next bytes of the present file, and whether they follow those read before. */
  #readCurrent(file: Deno.FsFile, size: number) {
    const { length } = this.#memory;
    const more = Math.max(0, Math.min(CHUNK, size - this.#offset));
    const bytes = this.#readAt(file, this.#offset - length, length + more);
    return { isContinued: this.#remembers(bytes), bytes: bytes.subarray(length) };
  }

  /** What is behind the last entry of the index had come when the file was written last. */
  #presentTimes(file: Deno.FsFile): ChunkTimes {
    const index = this.#index.read(() => file.statSync().size);
    const written = (file.statSync().mtime?.getTime() ?? Infinity) / 1000;
    const end = Math.min(Date.now() / 1000, Math.max(written, index.at(-1)?.time ?? 0));
    return { index, end };
  }

  /** Whether `bytes` begin with the last ones that were read. */
  #remembers(bytes: Uint8Array): boolean {
    return bytes.length >= this.#memory.length &&
      this.#memory.every((byte, index) => byte === bytes[index]);
  }

  #readAt(file: Deno.FsFile, offset: number, length: number): Uint8Array<ArrayBuffer> {
    if (this.#buffer.length < length) this.#buffer = new Uint8Array(length);
    return readAt(file, offset, length, this.#buffer);
  }

  /** The rotated file after the last one read; none where the directory was replaced. */
  async #nextRotated(): Promise<RotatedFile | "under way" | undefined> {
    while (identityOf(this.#log.dir) === this.#directory) {
      const next = listRotated(this.#log).find(({ base }) =>
        this.#after === "" || compareBases(base, this.#after) > 0
      );
      if (!next) return undefined;
      const note = readNote(this.#log);
      if (note?.target !== next.base) {
        // A rotation that was undone since the list was read has removed file and note; one that is
        // tried again has both. So the file is looked for first, then the note.
        if (isKept(next) && readNote(this.#log)?.target !== next.base) return next;
        continue;
      }
      if (note.done) return next;
      if (rotationState(this.#log, note) === "not truncated") return undefined;
      const { done = true, helper = null } = readNote(this.#log) ?? {};
      return !done && helper && await stillRuns(helper) ? "under way" : next;
    }
    return undefined;
  }

  /** How many bytes there are up to `end` in the file that is being read. */
  #room(end: Position | undefined): number {
    if (!end) return Infinity;
    if (end.after === this.#after) return end.offset - this.#offset;
    const isPast = this.#after !== "" &&
      (end.after === "" || compareBases(this.#after, end.after) > 0);
    return isPast ? 0 : Infinity;
  }

  async *#readRotated(rotated: RotatedFile, room: number): AsyncGenerator<Chunk> {
    this.#close();
    // The file that was read so far may have been removed by retention: then this one is read from
    // its beginning.
    if (!await this.#goesOnIn(rotated)) this.#begin(0);
    const stop = this.#offset + room;
    const times = rotatedTimes(this.#log, rotated.base, rotated.path);
    for await (const bytes of this.#bytesFrom(rotated, this.#offset)) {
      yield this.#take(bytes.subarray(0, stop - this.#offset), times);
      if (this.#offset >= stop) return;
    }
    this.#after = rotated.base;
    this.#offset = 0;
    this.#memory = new Uint8Array(0);
  }

  /**
   * Whether the last bytes read stand at the same offset in `rotated`: then it is the file read so
   * far, under its new name.
   */
  async #goesOnIn(rotated: RotatedFile): Promise<boolean> {
    const { length } = this.#memory;
    if (length === 0) return true;
    let bytes = new Uint8Array(0);
    for await (const more of this.#bytesFrom(rotated, this.#offset - length)) {
      bytes = concat(bytes, more.subarray(0, length));
      if (bytes.length >= length) break;
    }
    return this.#remembers(bytes);
  }

  async *#bytesFrom(
    { path, compressed }: RotatedFile,
    offset: number,
  ): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    const file = compressed ? undefined : openIfThere(path);
    if (file) {
      using open = file;
      for (let at = offset;;) {
        const bytes = this.#readAt(open, at, CHUNK);
        if (bytes.length === 0) return;
        yield bytes;
        at += bytes.length;
      }
    }
    // It may have been compressed since the list was read.
    let skip = offset;
    for await (const bytes of decompress(compressed ? path : `${path}.gz`)) {
      const wanted = bytes.subarray(Math.min(skip, bytes.length));
      skip -= bytes.length - wanted.length;
      if (wanted.length > 0) yield wanted;
    }
  }

  #take(bytes: Uint8Array<ArrayBuffer>, times: ChunkTimes): Chunk {
    const chunk = { bytes, offset: this.#offset, fresh: this.#fresh, times };
    this.#fresh = false;
    this.#offset += bytes.length;
    this.#memory = bytes.length >= MEMORY
      ? bytes.slice(-MEMORY)
      : concat(this.#memory, bytes).slice(-MEMORY);
    return chunk;
  }

  #begin(offset: number): void {
    this.#fresh = true;
    this.#offset = offset;
    this.#memory = new Uint8Array(0);
  }

  #isStillThere(file: Deno.FsFile): boolean {
    return statIfThere(this.#log.current)?.ino === file.statSync().ino;
  }
}

const NOTHING = { isContinued: true, bytes: new Uint8Array(0) };

/** Whether a rotated file is still there, compressed or not. */
function isKept({ path, compressed }: RotatedFile): boolean {
  return isThere(path) || (!compressed && isThere(`${path}.gz`));
}

/** What tells a directory from another of the same name. */
function identityOf(dir: string): string | undefined {
  const info = statIfThere(dir);
  return info && `${info.ino} ${info.birthtime?.getTime()}`;
}

/** The content of a compressed file; nothing if it is gone. */
export async function* decompress(path: string): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const file = openIfThere(path);
  if (!file) return;
  const gunzip = new DecompressionStream("gzip") as ReadableWritablePair<
    Uint8Array<ArrayBuffer>,
    Uint8Array<ArrayBuffer>
  >;
  yield* file.readable.pipeThrough(gunzip);
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
