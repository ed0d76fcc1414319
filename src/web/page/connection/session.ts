/**
 * What this page may ask: the word of its link, exchanged for a session word. The session word is
 * kept for this tab alone, and sent as `Authorization`. A cookie would go to every server of
 * 127.0.0.1, those of other users included.
 *
 * @module
 */
import { ApiError } from "./api_error.ts";

/** A session of this page. */
export interface Session {
  readonly session: string;
  /** Whether it may only look. */
  readonly read_only: boolean;
  readonly version: string;
  /** The root whose processes are shown. */
  readonly root: string;
}

const KEY = "tsm-session";

/**
 * The session of this tab: that of the link it was opened by, else the one it has had before a
 * reload.
 *
 * @returns `undefined` if it has none.
 * @throws {ApiError} if the word of the link opens nothing.
 */
export async function openSession(): Promise<Session | undefined> {
  const word = wordOfLink();
  if (word === undefined) return keptSession();
  const answer = await showWord(word);
  if (!answer.ok) {
    // Who goes back to a link that was used has a session already.
    const kept = keptSession();
    if (kept) return kept;
    throw await ApiError.of(answer);
  }
  const session: Session = await answer.json();
  sessionStorage.setItem(KEY, JSON.stringify(session));
  return session;
}

/** Shows the word; again where the connection breaks, as one does that a busy machine serves late. */
async function showWord(word: string, tries = 3): Promise<Response> {
  try {
    return await fetch("/session", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(word),
      cache: "no-store",
    });
  } catch {
    if (tries > 1) return await showWord(word, tries - 1);
    throw new ApiError(0, "unreachable", "The page's server does not answer.");
  }
}

/** Forgets the session, which has ended. */
export function forgetSession(): void {
  sessionStorage.removeItem(KEY);
}

/** The word behind `#`, which is taken out of the address, and so out of the history. */
function wordOfLink(): string | undefined {
  const word = location.hash.slice(1);
  if (word === "" || word.startsWith("/")) return undefined;
  history.replaceState(null, "", "/");
  return word;
}

function keptSession(): Session | undefined {
  const kept = sessionStorage.getItem(KEY);
  return kept === null ? undefined : JSON.parse(kept);
}
