import { restartMessage } from "../../api/messages/restart.ts";
import { type Route, route } from "../../api/server.ts";
import { messageOf } from "../../errors.ts";
import type { Meta } from "../../meta/metadata.ts";
import { readEnvFile } from "../../process/env_file.ts";
import { type Environment, readDifference } from "../../process/environment.ts";
import { inParallel } from "../in_parallel.ts";
import { checkWorkingDirectory } from "../launch_spec.ts";
import type { ManagedProcess } from "../managed_process.ts";
import type { Supervisor } from "../supervisor.ts";

/** Restarts what is selected, many at once; one that fails does not hold up the others. */
export function restartRoute(supervisor: Supervisor): Route {
  return route(restartMessage, async ({ selectors, environment }) => {
    const selected = [...supervisor.select("restart", selectors)]
      .sort((a, b) => a.spec.priority - b.spec.priority);
    const restarted: Meta[] = [];
    const failed: { name: string; reason: string }[] = [];
    await inParallel(selected, async (process) => {
      try {
        await restart(supervisor, process, environment);
        restarted.push(process.meta);
      } catch (error) {
        failed.push({ name: process.meta.name, reason: messageOf(error) });
      }
    });
    restarted.sort((a, b) => a.tsm_id - b.tsm_id);
    return { restarted, failed };
  });
}

async function restart(
  supervisor: Supervisor,
  process: ManagedProcess,
  environment: Environment | undefined,
): Promise<void> {
  const { spec, meta } = process;
  if (process.directory.isRemoved()) {
    throw new Deno.errors.NotFound(
      "its directory is gone, which removes a process; " +
        `'tsm stop ${meta.name}' ends what still runs, then start it anew`,
    );
  }
  // What would keep it from coming up again is found before it is taken down.
  checkWorkingDirectory(spec.cwd);
  if (spec.env_file !== null) readEnvFile(spec.env_file);
  const before = readDifference(supervisor.root, meta.name);
  if (environment === undefined) {
    await process.restart();
    return;
  }
  const explicit: Record<string, string> = {};
  for (const name of before.explicit ?? []) explicit[name] = before.set[name] ?? "";
  await process.restart(supervisor.differenceFor(environment, explicit));
}
