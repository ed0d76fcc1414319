import type { Meta } from "../../meta/metadata.ts";
import type { Spec } from "../../meta/spec.ts";
import type { Exit } from "./launch.ts";
import { runLine } from "./run_line.ts";
import { processPaths, type RuntimeRoot } from "../../root.ts";
import { surroundingsOf } from "./launch_spec.ts";

/**
 * Runs a command line in the directory, with the environment and as the user of a
 * process.
 *
 * @param timeout Milliseconds after which it is killed.
 * @throws {Deno.errors.TimedOut} if it is.
 * @throws what keeps it from being run.
 */
export async function runBeside(
  host: { readonly root: RuntimeRoot; readonly rootPath: string },
  { meta, spec }: { readonly meta: Meta; readonly spec: Spec },
  line: string,
  { timeout, abort, output }: {
    readonly timeout: number;
    readonly abort?: AbortSignal | undefined;
    readonly output?: { readonly out: string; readonly err: string } | undefined;
  },
): Promise<Exit> {
  const { env, user } = await surroundingsOf(host, meta, spec);
  const { envHandover: handover } = processPaths(host.root, meta.name);
  return await runLine({ line, cwd: spec.cwd, env, user, timeout, abort, output, handover });
}
