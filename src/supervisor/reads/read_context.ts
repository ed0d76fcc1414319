import { removalOf } from "../../db/removed_process.ts";
import { isPlainFile } from "../../files/path_info.ts";
import { historyPath, isValidName } from "../../root.ts";
import type { ManagedProcess } from "../process/managed_process.ts";
import type { Supervisor } from "../supervisor.ts";
import type { EventFeed } from "./event_feed.ts";
import type { HeavyReads } from "./heavy_reads.ts";

/** What answers to questions work with. */
export interface ReadContext {
  readonly supervisor: Supervisor;
  readonly events: EventFeed;
  readonly heavy: HeavyReads;
}

/**
 * The process that an address names.
 *
 * @param name Its full name, or its id.
 * @throws {Deno.errors.NotFound} if there is none.
 */
export function namedProcess({ supervisor }: ReadContext, name: string): ManagedProcess {
  const found = supervisor.process(name) ??
    supervisor.processes.find(({ meta }) => String(meta.tsm_id) === name);
  if (found) return found;
  const removal = removalOf(supervisor.root, name);
  throw new Deno.errors.NotFound(
    `there is no process '${name}'; ${removal ?? "GET /v1/processes lists them"}`,
  );
}

/**
 * The full name of a process of which something was recorded, whether it is there or was removed.
 *
 * @param name Its full name, or its id if it is there.
 * @throws {Deno.errors.NotFound} if nothing was.
 */
export function recordedName(context: ReadContext, name: string): string {
  const { supervisor: { root } } = context;
  const wasRemoved = isValidName(name) && context.supervisor.process(name) === undefined &&
    isPlainFile(historyPath(root, name));
  return wasRemoved ? name : namedProcess(context, name).meta.name;
}
