import { type ReadRoute, readRoute } from "../../api/server/read_route.ts";
import { processRead } from "../../api/reads/process.ts";
import { recentHistory } from "../../db/recent_history.ts";
import { describeProcess, descriptionJson } from "../../views/describe_process.ts";
import { pauses } from "./heavy_reads.ts";
import { namedProcess, type ReadContext } from "./read_context.ts";

/** Entries of its history in which its last run is looked for. */
const ENTRIES = 1000;

/** Tells everything known about one process. */
export function processRoute(context: ReadContext): ReadRoute {
  const { supervisor, heavy } = context;
  const { root } = supervisor;
  return readRoute(processRead, ({ name }) => {
    const { meta, health } = namedProcess(context, name);
    const live = { stats: supervisor.latestStats()[meta.name], health };
    const pause = pauses();
    return heavy.run(async () => {
      const options = { lines: ENTRIES, pause: async () => await pause() };
      const describer = {
        root,
        isSupervised: true,
        history: await recentHistory(root, meta.name, options),
        // Patrol tells of a spec.json that cannot be read.
        warn: () => {},
      };
      return descriptionJson(describeProcess(describer, meta, live));
    });
  });
}
