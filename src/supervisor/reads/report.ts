import { type ReadRoute, readRoute } from "../../api/server/read_route.ts";
import { reportRead } from "../../api/reads/report.ts";
import { LineProblems } from "../../db/line_problems.ts";
import { makeReport } from "../../db/report.ts";
import { presentStates } from "../../views/present_states.ts";
import { reportJson } from "../../views/report_json.ts";
import { selectRecorded } from "../../views/select_recorded.ts";
import { pauses } from "./heavy_reads.ts";
import { checkedPeriod } from "./period.ts";
import type { ReadContext } from "./read_context.ts";

/** Seconds of a report where nothing is said. */
const WEEK = 7 * 86_400;

/** Reports how all processes have been doing. */
export function reportRoute({ supervisor: { root }, heavy }: ReadContext): ReadRoute {
  return readRoute(reportRead, ({ query }) =>
    heavy.run(async () => {
      const problems = new LineProblems();
      const pause = pauses();
      const report = await makeReport(root, {
        ...checkedPeriod(query, WEEK),
        isOpen: query.until === undefined,
        names: selectRecorded(root, "report on", ["all"]),
        presentOf: presentStates(root, true),
        points: 0,
        pause: async () => await pause(),
      }, problems);
      return reportJson(report, problems);
    }));
}
