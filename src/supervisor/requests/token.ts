import { tokenMessage } from "../../api/messages/token.ts";
import { type Route, route } from "../../api/server.ts";
import { makeMetricsToken, readMetricsToken } from "../metrics/metrics_token.ts";
import type { Supervisor } from "../supervisor.ts";

/** Answers the token for `GET /metrics`, which is made when it is first asked for. */
export function tokenRoute({ root }: Supervisor): Route {
  return route(tokenMessage, ({ renew }) => {
    const present = renew ? undefined : readMetricsToken(root);
    return { token: present ?? makeMetricsToken(root), path: root.metricsToken };
  });
}
