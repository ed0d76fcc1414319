import { type ReadRoute, readRoute } from "../../api/server/read_route.ts";
import { logsRead } from "../../api/reads/logs.ts";
import { STREAMS } from "../../logs/log_problems.ts";
import { messageOf } from "../../errors.ts";
import { pauses } from "./heavy_reads.ts";
import { LogFollower } from "./log_follower.ts";
import { newestLines, openLogs, wantedLines } from "./log_lines.ts";
import { namedProcess, type ReadContext } from "./read_context.ts";

/** Reads the log of one process, or streams it. */
export function logsRoute(context: ReadContext): ReadRoute {
  const { supervisor: { root, log, streams }, heavy } = context;
  return readRoute(logsRead, async ({ name: given, query, connection }) => {
    const { name } = namedProcess(context, given).meta;
    const wanted = await wantedLines(query);
    if (!query.follow) {
      return await heavy.run(async () => {
        const sources = await openLogs(root, name, wanted, false);
        try {
          return { lines: await newestLines(sources, wanted, pauses()) };
        } finally {
          for (const source of sources) source[Symbol.dispose]();
        }
      });
    }
    if (query.until !== undefined) {
      throw new Deno.errors.InvalidData("Cannot follow a log: with 'until' it has an end");
    }
    const stream = streams.open(connection, STREAMS.length);
    new LogFollower(root, name, wanted, stream)
      .run(pauses(), (search) => heavy.run(search))
      .catch((error) => log(`logs of ${name}: ${messageOf(error)}`))
      .finally(() => stream.close());
    return stream.response;
  });
}
