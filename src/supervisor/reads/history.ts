import { type ReadRoute, readRoute } from "../../api/server/read_route.ts";
import { historyRead } from "../../api/reads/history.ts";
import { recentHistory } from "../../db/recent_history.ts";
import { pauses } from "./heavy_reads.ts";
import { type ReadContext, recordedName } from "./read_context.ts";

/** Tells what happened to one process, also to one that was removed. */
export function historyRoute(context: ReadContext): ReadRoute {
  const { supervisor: { root }, heavy } = context;
  return readRoute(historyRead, ({ name, query }) => {
    const recorded = recordedName(context, name);
    const pause = pauses();
    return heavy.run(async () => ({
      history: await recentHistory(root, recorded, { ...query, pause: async () => await pause() }),
    }));
  });
}
