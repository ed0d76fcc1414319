/**
 * The lasting tokens, each in a file of its own below the root that only the owner may read: 64
 * hexadecimal digits and a line break.
 *
 * @module
 */
import { TOKEN_KINDS, type TokenKind } from "../../api/token_kind.ts";
import { statIfThere } from "../../files/path_info.ts";
import { readTextIfThere } from "../../files/read_text.ts";
import { replaceFile } from "../../files/replace_file.ts";
import type { RuntimeRoot } from "../../root.ts";
import { randomToken } from "./random_token.ts";

/** The file of a token. */
export function tokenPath(root: RuntimeRoot, kind: TokenKind): string {
  return { read: root.readToken, metrics: root.metricsToken }[kind];
}

/**
 * The token of a kind; `undefined` if the file is missing or damaged.
 *
 * @throws {Deno.errors.PermissionDenied} if others can read the file: who has read it, nobody knows.
 */
export function readToken(root: RuntimeRoot, kind: TokenKind): string | undefined {
  const path = tokenPath(root, kind);
  const mode = statIfThere(path)?.mode ?? 0;
  if ((mode & 0o077) !== 0) {
    throw new Deno.errors.PermissionDenied(
      `${path} is open to other users (mode ${(mode & 0o777).toString(8)}), so its token opens ` +
        `nothing; 'tsm token ${kind} --renew' makes another one`,
    );
  }
  const token = readTextIfThere(path)?.trim();
  return token !== undefined && /^[0-9a-f]{64}$/.test(token) ? token : undefined;
}

/** Makes the token of a kind anew; only the owner may read its file. */
export function makeToken(root: RuntimeRoot, kind: TokenKind): string {
  const token = randomToken();
  replaceFile(tokenPath(root, kind), `${token}\n`, { mode: 0o600 });
  return token;
}

/**
 * Reads tokens for those who ask with one; what is wrong with a file is told once, until it is well
 * again.
 *
 * @param log Told of it.
 */
export function tokenReader(
  root: RuntimeRoot,
  log: (text: string) => void,
): (kind: TokenKind) => string | undefined {
  const told = new Map<TokenKind, string>(TOKEN_KINDS.map((kind) => [kind, ""]));
  return (kind) => {
    try {
      const token = readToken(root, kind);
      told.set(kind, "");
      return token;
    } catch (error) {
      const reason = (error as Error).message;
      if (told.get(kind) !== reason) log(`token: ${reason}`);
      told.set(kind, reason);
      return undefined;
    }
  };
}
