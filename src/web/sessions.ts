import { type LinkWord, readLinkWord, type WordPurpose } from "./link_word.ts";

/** Sessions at a time; one more, and the one that was used longest ago ends. */
const MAX_SESSIONS = 100;
/** Seconds after its last use that a session ends: a page may be left open for days. */
const IDLE = 7 * 86_400;

/** A page that has shown a word. */
interface Session {
  /** The token its word was made with: where that is withdrawn, the session ends. */
  readonly token: string;
  /** Epoch seconds. */
  used: number;
}

/**
 * Which pages may ask. A word of a link opens one session; sessions live in memory alone, and end
 * with the process.
 */
export class Sessions {
  /** By session word, the one that was used longest ago first. */
  readonly #sessions = new Map<string, Session>();
  /** The nonces of words that were used, each with its end. */
  readonly #used = new Map<string, number>();

  /**
   * Exchanges the word of a link for a session word.
   *
   * @param now Epoch seconds.
   * @returns `undefined` if the word is wrong, too old, or was used before.
   */
  async open(word: string, purpose: WordPurpose, now: number): Promise<string | undefined> {
    const right = await readLinkWord(word, purpose, now);
    if (right === undefined || !this.#useOnce(right, now)) return undefined;
    const session = crypto.getRandomValues(new Uint8Array(32)).toHex();
    this.#sessions.set(session, { token: purpose.token, used: now });
    const [oldest] = this.#sessions.keys();
    if (this.#sessions.size > MAX_SESSIONS) this.#sessions.delete(oldest!);
    return session;
  }

  /**
   * The token under which a session was opened.
   *
   * @returns `undefined` if there is no such session, or it has ended.
   */
  tokenOf(session: string, now: number): string | undefined {
    const found = this.#sessions.get(session);
    if (found === undefined) return undefined;
    this.#sessions.delete(session);
    if (now - found.used > IDLE) return undefined;
    found.used = now;
    this.#sessions.set(session, found);
    return found.token;
  }

  /** Ends a session. */
  close(session: string): void {
    this.#sessions.delete(session);
  }

  #useOnce({ nonce, expires }: LinkWord, now: number): boolean {
    for (const [old, end] of this.#used) if (end < now) this.#used.delete(old);
    if (this.#used.has(nonce)) return false;
    this.#used.set(nonce, expires);
    return true;
  }
}
