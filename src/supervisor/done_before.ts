import type { RequestId } from "../api/request_id.ts";
import { historyNames, latestFirst } from "../db/read_history.ts";
import { statIfThere } from "../files/path_info.ts";
import { historyPath } from "../root.ts";
import type { Supervisor } from "./supervisor.ts";

/** Milliseconds: a client asks the next supervisor at once, or as soon as that is ready. */
const RECENT = 600_000;

const NONE: ReadonlySet<string> = new Set();

/**
 * The names of the processes that an earlier supervisor has started, restarted or stopped for the
 * same request, or was about to when it died: the client that asks again is told of them as done.
 */
export function doneBefore(
  { root, processes }: Pick<Supervisor, "root" | "processes">,
  request: RequestId | undefined,
): ReadonlySet<string> {
  if (!request?.isAgain) return NONE;
  const underWay = processes.filter(({ meta }) => meta.request === request.id);
  const recorded = historyNames(root).filter((name) => {
    const written = statIfThere(historyPath(root, name))?.mtime?.getTime() ?? 0;
    if (Date.now() - written > RECENT) return false;
    return latestFirst(root, name).some((entry) => entry.request === request.id);
  });
  return new Set([...underWay.map(({ meta }) => meta.name), ...recorded]);
}
