import { removeTree } from "../files/replace_file.ts";
import { processPaths, type RuntimeRoot } from "../root.ts";

/**
 * Links the directories of many new processes to their pid files by one program: each
 * launch would otherwise run one of its own, for it alone can make a link. Whatever goes
 * wrong is left to the launches.
 *
 * @param names Processes that have no link yet.
 */
export async function linkPidFiles(root: RuntimeRoot, names: readonly string[]): Promise<void> {
  // What begins with a dot is no process, and is swept away at the next boot.
  const staging = `${root.processes}/.links`;
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
    // The launch of each makes its link, and tells why it cannot.
  } finally {
    removeTree(staging);
  }
}
