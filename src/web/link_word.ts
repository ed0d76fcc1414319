/**
 * The word behind `#` in the link that `tsm web` prints. It proves that whoever made it holds the
 * token of the page's server, without sending that token to anybody: should another user listen on
 * the port meanwhile, all they get is a word that opens nothing of theirs.
 *
 * Format: `EXPIRES.NONCE.PROOF`, its end in epoch seconds, 16 random bytes, and the HMAC-SHA-256 of
 * both and the port under the token; the latter two in hexadecimal digits.
 *
 * @module
 */

/** Seconds for which a word can be used. */
export const WORD_LIFETIME = 300;

const SHAPE = /^(\d{1,15})\.([0-9a-f]{32})\.([0-9a-f]{64})$/;

/** What a word is made for: it opens nothing else. */
export interface WordPurpose {
  /** The token that the page's server holds. */
  readonly token: string;
  /** The port it listens on. */
  readonly port: number;
}

/**
 * Makes a word.
 *
 * @param now Epoch seconds.
 *
 * @example
 * ```ts
 * import { makeLinkWord, readLinkWord } from "./link_word.ts";
 *
 * const purpose = { token: "abc", port: 4780 };
 * const word = await makeLinkWord(purpose, 1_700_000_000);
 * console.log(await readLinkWord(word, purpose, 1_700_000_010)); // { nonce, expires: 1700000300 }
 * ```
 */
export async function makeLinkWord(purpose: WordPurpose, now: number): Promise<string> {
  const expires = Math.floor(now) + WORD_LIFETIME;
  const nonce = crypto.getRandomValues(new Uint8Array(16)).toHex();
  const proof = await crypto.subtle.sign(
    "HMAC",
    await keyOf(purpose),
    textOf(purpose, expires, nonce),
  );
  return `${expires}.${nonce}.${new Uint8Array(proof).toHex()}`;
}

/** A word that is right. */
export interface LinkWord {
  /** What tells it from all others. */
  readonly nonce: string;
  /** Epoch seconds. */
  readonly expires: number;
}

/**
 * Reads a word.
 *
 * @param now Epoch seconds.
 * @returns `undefined` if it was made with another token or for another port, or is too old.
 */
export async function readLinkWord(
  word: string,
  purpose: WordPurpose,
  now: number,
): Promise<LinkWord | undefined> {
  const [, end, nonce, proof] = SHAPE.exec(word) ?? [];
  if (end === undefined || nonce === undefined || proof === undefined) return undefined;
  const expires = Number(end);
  // One that ends later than a new one was made by a clock that was set back since.
  if (expires < now || expires > now + WORD_LIFETIME) return undefined;
  const isRight = await crypto.subtle.verify(
    "HMAC",
    await keyOf(purpose),
    Uint8Array.fromHex(proof),
    textOf(purpose, expires, nonce),
  );
  return isRight ? { nonce, expires } : undefined;
}

function keyOf({ token }: WordPurpose): Promise<CryptoKey> {
  const bytes = new TextEncoder().encode(token);
  return crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, [
    "sign",
    "verify",
  ]);
}

function textOf({ port }: WordPurpose, expires: number, nonce: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`tsm web ${port} ${expires} ${nonce}`);
}
