import { type ReadRoute, readRoute } from "../../api/read_route.ts";
import { processRead } from "../../api/reads/process.ts";
import { describeProcess, descriptionJson } from "../../views/describe_process.ts";
import { namedProcess, type ReadContext } from "./read_context.ts";

/** Tells everything known about one process. */
export function processRoute(context: ReadContext): ReadRoute {
  const { supervisor, heavy } = context;
  return readRoute(processRead, ({ name }) => {
    const { meta, health } = namedProcess(context, name);
    const live = { stats: supervisor.latestStats()[meta.name], health };
    const describer = {
      root: supervisor.root,
      isSupervised: true,
      // Patrol tells of a spec.json that cannot be read.
      warn: () => {},
    };
    // Its history may be long.
    return heavy.run(() => descriptionJson(describeProcess(describer, meta, live)));
  });
}
