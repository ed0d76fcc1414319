const encoder = new TextEncoder();

/**
 * Writes all of `data`.
 *
 * @throws {Deno.errors.BrokenPipe} if nobody reads any more.
 */
export function writeAll(
  to: { writeSync(bytes: Uint8Array): number },
  data: string | Uint8Array,
): void {
  const bytes = typeof data === "string" ? encoder.encode(data) : data;
  for (let done = 0; done < bytes.length;) {
    try {
      done += to.writeSync(bytes.subarray(done));
    } catch (error) {
      // The pipe is full and in non-blocking mode: it is tried again until its reader catches up.
      if (!(error instanceof Deno.errors.WouldBlock)) throw error;
    }
  }
}
