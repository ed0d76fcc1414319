import { sizeOf } from "../../files/path_info.ts";
import { listRotated } from "../../logs/rotated_files.ts";
import { logPaths, processPaths, type RuntimeRoot } from "../../root.ts";
import type { Context } from "../context.ts";
import { selectListed } from "./select_listed.ts";

/** So many names are shown. */
const SHOWN = 10;

/**
 * Asks on a terminal whether all processes are to be removed, where more than one of them would
 * take logs with it: `stop all` of PM2's keeps them.
 *
 * @param verb What was asked: `stop` or `delete`.
 * @returns whether to go on; `true` where nobody can be asked, as in a script.
 */
export function confirmRemovalOfAll(context: Context, verb: string): boolean {
  if (!Deno.stdin.isTerminal() || !Deno.stdout.isTerminal()) return true;
  const names = selectListed(context, verb, ["all"])
    .map(({ name }) => name)
    .filter((name) => hasLogs(context.root, name));
  if (names.length < 2) return true;
  const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : "";
  context.warn(
    `This removes ${names.length} processes with their logs: ` +
      `${names.slice(0, SHOWN).join(", ")}${more}` +
      (verb === "stop" ? "\n'tsm stop --keep all' keeps them listed, with their logs" : ""),
  );
  // confirm() would take 'yes' for a no.
  return /^y(es)?$/i.test(prompt("Remove them? [y/N]")?.trim() ?? "");
}

function hasLogs(root: RuntimeRoot, name: string): boolean {
  const { out, err } = processPaths(root, name);
  return [out, err].some((path) => sizeOf(path) > 0 || listRotated(logPaths(path)).length > 0);
}
