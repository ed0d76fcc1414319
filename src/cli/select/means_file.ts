import { isConfigName } from "../../config/config_name.ts";
import { isFile } from "../../files/path_info.ts";
import { listProcesses } from "../../meta/list_processes.ts";
import { select } from "../../meta/select.ts";
import type { Context } from "../context.ts";
import { resolveHere } from "../parse/working_directory.ts";
import { groupsReader } from "./select_listed.ts";

/** Whether a word is a file that lists processes; a process that is called so is meant rather. */
export function meansFile(context: Context, word: string): boolean {
  if (!isConfigName(word) || !isFile(resolveHere(word))) return false;
  const selected = select(word, listProcesses(context.root).metas, groupsReader(context));
  return selected.kind === "none" ||
    selected.kind === "found" && selected.by !== "name" && selected.by !== "app";
}
