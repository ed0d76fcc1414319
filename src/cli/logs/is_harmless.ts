const HARMLESS = new Uint8Array(256).fill(1, 0x20, 0x7f);
HARMLESS[0x09] = HARMLESS[0x0a] = 1;

/** Whether lines are plain ASCII, of which `printable` changes nothing. */
export function isHarmless(lines: Uint8Array): boolean {
  const head = Math.min(lines.length, -lines.byteOffset & 3);
  const count = (lines.length - head) >> 2;
  const words = new Int32Array(lines.buffer, count > 0 ? lines.byteOffset + head : 0, count);
  for (let at = 0; at < head; at++) if (HARMLESS[lines[at]!] === 0) return false;
  // Four bytes at once: three times as fast, and most of a log is looked at here.
  for (let index = 0; index < count; index++) {
    const word = words[index]!;
    if (mayHoldOther(word) && !isWordHarmless(word)) return false;
  }
  for (let at = head + 4 * count; at < lines.length; at++) {
    if (HARMLESS[lines[at]!] === 0) return false;
  }
  return true;
}

function isWordHarmless(word: number): boolean {
  return HARMLESS[word & 0xff] === 1 && HARMLESS[(word >>> 8) & 0xff] === 1 &&
    HARMLESS[(word >>> 16) & 0xff] === 1 && HARMLESS[word >>> 24] === 1;
}

/**
 * Whether one of the four bytes is below 0x20, 0x7f, or above it; sometimes true for other words
 * too, where the sum of one byte carries into the next; those are then looked at byte by byte. Of a
 * byte that is none of these neither the sum nor the difference has the highest bit.
 */
function mayHoldOther(word: number): boolean {
  return ((word | (word + 0x01010101) | (word - 0x20202020)) & 0x80808080) !== 0;
}
