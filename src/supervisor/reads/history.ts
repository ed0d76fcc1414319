import { type ReadRoute, readRoute } from "../../api/read_route.ts";
import { historyRead } from "../../api/reads/history.ts";
import { LineProblems } from "../../db/line_problems.ts";
import { readHistory } from "../../db/read_history.ts";
import { type ReadContext, recordedName } from "./read_context.ts";

/** Tells what happened to one process, also to one that was removed. */
export function historyRoute(context: ReadContext): ReadRoute {
  const { supervisor: { root }, heavy } = context;
  return readRoute(historyRead, ({ name, query: { since = -Infinity, until = Infinity } }) => {
    const recorded = recordedName(context, name);
    return heavy.run(() => ({
      history: readHistory(root, recorded, new LineProblems(), since)
        .filter(({ time }) => time >= since && time < until),
    }));
  });
}
