import { closeSync, constants, openSync, writeSync } from "node:fs";
import { delay } from "@std/async/delay";

/** Bytes that go into a pipe whole or not at all: PIPE_BUF of pipe(7). */
const CHUNK = 4096;
/** Milliseconds after which a process that does not read is given up. */
const PATIENCE = 1000;
/** Milliseconds between two tries. */
const PAUSE = 20;

/**
 * Writes `text` to the fifo that is the standard input of a process. A program that does not
 * read keeps nobody waiting: `Deno.open` would wait for it, so Node's is used, which takes
 * `O_NONBLOCK`.
 *
 * @throws {Deno.errors.NotConnected} if no process has it open.
 * @throws {Deno.errors.TimedOut} if it is full for a second; says how much was taken.
 *
 * @example
 * ```ts
 * import { writeInput } from "./write_input.ts";
 *
 * await writeInput("runtime/stdin/api", "reload\n");
 * ```
 */
export async function writeInput(path: string, text: string): Promise<void> {
  const fifo = openForWriting(path);
  try {
    const bytes = new TextEncoder().encode(text);
    const deadline = performance.now() + PATIENCE;
    for (let written = 0; written < bytes.length;) {
      const chunk = bytes.subarray(written, written + CHUNK);
      if (tryToWrite(fifo, chunk)) {
        written += chunk.length;
      } else if (performance.now() > deadline) {
        throw new Deno.errors.TimedOut(
          `its standard input is full, for it does not read; it took ${written} of ` +
            `${bytes.length} bytes`,
        );
      } else {
        await delay(PAUSE);
      }
    }
  } finally {
    closeSync(fifo);
  }
}

function openForWriting(path: string): number {
  try {
    return openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch (error) {
    if ((error as { code?: string }).code !== "ENXIO") throw error;
    throw new Deno.errors.NotConnected("it has closed its standard input");
  }
}

/** @returns whether all of the chunk was taken; else nothing of it. */
function tryToWrite(fifo: number, chunk: Uint8Array): boolean {
  try {
    writeSync(fifo, chunk);
    return true;
  } catch (error) {
    if ((error as { code?: string }).code !== "EAGAIN") throw error;
    return false;
  }
}
