import { removeTree } from "../../files/replace_file.ts";
import { linkStagingPath, processPaths, type RuntimeRoot } from "../../root.ts";

/**
 * Links the directories of processes to their pid files, by one program: Deno makes a link
 * only where it may write anywhere. A process is none the worse for having no link, so
 * nothing that goes wrong is told.
 *
 * @param names Processes that have no link yet.
 */
export async function linkPidFiles(root: RuntimeRoot, names: readonly string[]): Promise<void> {
  // What begins with a dot is no process, and is swept away at the next boot.
  const staging = linkStagingPath(root);
  try {
    Deno.mkdirSync(staging, { mode: 0o700 });
    const { success } = await new Deno.Command("ln", {
      args: ["-s", "--", ...names.map((name) => `../../pids/${name}.pid`), staging],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).output();
    if (!success) return;
    for (const name of names) {
      Deno.renameSync(`${staging}/${name}.pid`, processPaths(root, name).pidLink);
    }
  } catch {
    // The next launch tries again.
  } finally {
    removeTree(staging);
  }
}
