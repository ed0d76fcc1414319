import type { Route } from "../api/server/server.ts";
import { patrolRoute } from "./requests/patrol.ts";
import { withAutosave } from "./autosave.ts";
import { cleardumpRoute } from "./requests/cleardump.ts";
import { flushRoute } from "./requests/flush.ts";
import { healthRoute } from "./requests/health.ts";
import { notifyRoute } from "./requests/notify.ts";
import { pingRoute } from "./requests/ping.ts";
import { reloadRoute } from "./requests/reload.ts";
import { resetRoute } from "./requests/reset.ts";
import { restartRoute } from "./requests/restart.ts";
import { resurrectRoute } from "./requests/resurrect.ts";
import { saveRoute } from "./requests/save.ts";
import { scaleRoute } from "./requests/scale.ts";
import { sendRoute } from "./requests/send.ts";
import { setRoute } from "./requests/set.ts";
import { rotateRoute } from "./requests/rotate.ts";
import { shutdownRoute } from "./requests/shutdown.ts";
import { signalRoute } from "./requests/signal.ts";
import { startRoute } from "./requests/start.ts";
import { statsRoute } from "./requests/stats.ts";
import { stopRoute } from "./requests/stop.ts";
import { tokenRoute } from "./requests/token.ts";
import { unsetRoute } from "./requests/unset.ts";
import type { Service } from "./service.ts";
import type { Supervisor } from "./supervisor.ts";

/** Everything the supervisor can be asked; a new request is one more line. */
export function routesOf(supervisor: Supervisor, service: Service): readonly Route[] {
  return [
    patrolRoute,
    cleardumpRoute,
    flushRoute,
    healthRoute,
    notifyRoute,
    pingRoute,
    reloadRoute,
    resetRoute,
    restartRoute,
    resurrectRoute,
    saveRoute,
    scaleRoute,
    sendRoute,
    setRoute,
    rotateRoute,
    shutdownRoute,
    signalRoute,
    startRoute,
    statsRoute,
    stopRoute,
    tokenRoute,
    unsetRoute,
  ].map((route) =>
    refusedWithoutRoot(service, withAutosave(supervisor, route(supervisor, service)))
  );
}

/** The route, unless the root has been moved or removed: the next supervisor is to answer then. */
function refusedWithoutRoot({ ownFiles, leave }: Service, { name, answer }: Route): Route {
  return {
    name,
    answer(body, id) {
      if (!ownFiles.isRootGone()) return answer(body, id);
      leave();
      return Promise.reject(ownFiles.rootGone());
    },
  };
}
