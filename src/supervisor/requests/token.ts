import { tokenMessage } from "../../api/messages/token.ts";
import { type Route, route } from "../../api/server/server.ts";
import { makeToken, readToken, tokenPath } from "../root/lasting_tokens.ts";
import type { Supervisor } from "../supervisor.ts";

/** Answers a lasting token, which is made when it is first asked for. */
export function tokenRoute({ root }: Supervisor): Route {
  return route(tokenMessage, ({ kind, renew }) => {
    const present = renew ? undefined : readToken(root, kind);
    return { token: present ?? makeToken(root, kind), path: tokenPath(root, kind) };
  });
}
