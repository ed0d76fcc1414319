import { messageOf } from "../../errors.ts";
import { sizeOf } from "../../files/path_info.ts";
import { lastLines } from "../../logs/last_lines.ts";
import type { Meta } from "../../meta/metadata.ts";
import type { Hooks } from "../../settings/table/settings_table.ts";
import type { Spec } from "../../meta/spec.ts";
import type { Exit } from "./launch.ts";
import { checkLogFile } from "./log_files.ts";
import { processPaths, type RuntimeRoot } from "../../root.ts";
import { describeExit } from "./run.ts";
import { runBeside } from "./run_helper_command.ts";

/** A command line that belongs to a process did not do what it should. */
export class HookError extends Deno.errors.Interrupted {
  override name = "HookError";
}

/**
 * Runs a hook of a process, where it has that one: in its directory, with its
 * environment, what it prints in its logs. A supervisor that is killed meanwhile leaves
 * it to the next one, which runs it again: a hook must not mind that.
 *
 * @param abort Kills it.
 * @throws {HookError} if it fails, or is not done within its time.
 */
export async function runHook(
  host: { readonly root: RuntimeRoot; readonly rootPath: string },
  { meta, spec }: { readonly meta: Meta; readonly spec: Spec },
  which: Exclude<keyof Hooks, "timeout">,
  abort?: AbortSignal,
): Promise<void> {
  const line = spec.hooks?.[which];
  if (!spec.hooks || line === undefined) return;
  const { timeout } = spec.hooks;
  const { out, err } = processPaths(host.root, meta.name);
  let before = 0;
  let exit: Exit;
  try {
    for (const path of [out, err]) checkLogFile(path);
    before = sizeOf(err);
    exit = await runBeside(host, { meta, spec }, line, { timeout, abort, output: { out, err } });
  } catch (error) {
    throw new HookError(`its ${which} hook '${line}' ${messageOf(error)}`);
  }
  if (exit.code === 0) return;
  const ended = exit.signal === null ? describeExit(exit) : `was ${describeExit(exit)}`;
  const words = lastLines(err, 5, before).map((said) => `\n  ${said}`).join("");
  throw new HookError(
    `its ${which} hook '${line}' ${ended}${words && `; its last words on stderr:${words}`}`,
  );
}
