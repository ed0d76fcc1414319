/** Bytes of a line at the most: what is longer is cut into several. */
const MAX_LINE = 1024 * 1024;

/**
 * Reads a stream to its end, line by line, without the line breaks.
 *
 * @throws what `onLine` throws.
 */
export async function readLines(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  onLine: (line: string) => void,
): Promise<void> {
  const decoder = new TextDecoder();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    const lines = (rest + (done ? decoder.decode() : decoder.decode(value, { stream: true })))
      .split("\n");
    rest = lines.pop()!;
    for (const line of lines) onLine(line);
    if (done || rest.length > MAX_LINE) {
      if (rest !== "") onLine(rest);
      rest = "";
    }
    if (done) return;
  }
}
