import { closestString } from "@std/text/closest-string";

/** Characters of a word that may be a mistyped one; the time it takes grows with their square. */
const MAX_LENGTH = 100;

/**
 * The word a mistyped one was probably meant to be.
 *
 * @returns `undefined` if none of them is near.
 */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (known.length === 0 || word.length > MAX_LENGTH) return undefined;
  // Swapped letters are the most common mistake, and count as two edits.
  const swapped = known.find((candidate) => sortedLetters(candidate) === sortedLetters(word));
  if (swapped !== undefined) return swapped;
  const best = closestString(word, [...known]);
  const shared = [...new Set(word.replace(/^-+/, ""))].filter((char) => best.includes(char)).length;
  const isNear = best.startsWith(word) || shared * 2 >= best.replace(/^-+/, "").length;
  return isNear && Math.abs(best.length - word.length) <= 3 ? best : undefined;
}

function sortedLetters(word: string): string {
  return [...word].sort().join("");
}
