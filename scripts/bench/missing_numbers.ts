const NEWLINE = 10;
const ZERO = 48;

/** What is left of numbers that were written one a line, counting up. */
export interface Tally {
  /** So many were written, judged by the highest of them. */
  readonly written: number;
  /** So many of them are nowhere. */
  readonly missing: number;
}

/**
 * Looks for numbers that are missing from a stream, one a line, in any order. One
 * that is there twice counts once; a line of another length is cut off, and none.
 *
 * @param first The lowest number; all have as many digits as it has, and are less than
 * 2³² away from it.
 */
export async function missingNumbers(
  stream: ReadableStream<Uint8Array>,
  first: number,
): Promise<Tally> {
  const seen = new SeenNumbers(first);
  for await (const block of stream) seen.read(block);
  return { written: seen.highest + 1, missing: seen.highest + 1 - seen.size };
}

/** The numbers that were seen, a bit for each; counted from the first one on. */
class SeenNumbers {
  size = 0;
  highest = -1;
  readonly #first: number;
  readonly #digits: number;
  #bits = new Uint8Array(1 << 20);
  // The line that goes on in the next block.
  #number = 0;
  #length = 0;

  constructor(first: number) {
    this.#first = first | 0;
    this.#digits = String(first).length;
  }

  read(block: Uint8Array): void {
    // There are gigabytes of it. Integers of 32 bits are fast; they wrap around, but the
    // difference of two of them is right.
    const first = this.#first;
    const digits = this.#digits;
    let number = this.#number;
    let length = this.#length;
    for (let at = 0; at < block.length; at++) {
      const byte = block[at]!;
      if (byte !== NEWLINE) {
        number = (Math.imul(number, 10) + byte - ZERO) | 0;
        length++;
      } else {
        if (length === digits) this.#add((number - first) >>> 0);
        number = 0;
        length = 0;
      }
    }
    this.#number = number;
    this.#length = length;
  }

  #add(number: number): void {
    const index = number >>> 3;
    if (index >= this.#bits.length) this.#grow(index);
    const bit = 1 << (number & 7);
    if ((this.#bits[index]! & bit) !== 0) return;
    this.#bits[index]! |= bit;
    this.size++;
    if (number > this.highest) this.highest = number;
  }

  #grow(index: number): void {
    const bits = new Uint8Array(2 * index);
    bits.set(this.#bits);
    this.#bits = bits;
  }
}
