import { basename, dirname, join } from "@std/path/posix";
import { isThere } from "../../files/path_info.ts";
import { readEnvironTable } from "../../process/linux/environ_table.ts";
import { select } from "../../meta/select.ts";
import type { Context } from "../context.ts";

/**
 * Refuses what only selects processes where there is no root: a supervisor that came up for it would
 * make one, and find nothing in it. Where processes carry this root in their environment, it was
 * moved or removed beneath them, which is told.
 *
 * @param action What is asked, for the message.
 * @param selectors What was to be selected; `all` of none is refused only where some run.
 * @throws {Deno.errors.NotFound} if there is no root.
 * @throws {Deno.errors.InvalidData} if a selector does not parse.
 */
export async function refuseWithoutRoot(
  { root }: Pick<Context, "root">,
  action: string,
  selectors: readonly string[],
): Promise<void> {
  const [selector = "all"] = selectors.filter((word) => word !== "all");
  if (isThere(root.base)) return;
  // What does not parse is wrong whatever there is.
  for (const word of selectors) select(word, [], () => ({ namespace: "default", app: null }));
  const carriers = await processesOf(realPathOfMissing(root.base));
  if (carriers.length > 0) {
    throw new Deno.errors.NotFound(
      `Cannot ${action} '${selector}': the root '${root.base}' was moved or removed, and ` +
        `${carriers.join(", ")} run${carriers.length === 1 ? "s" : ""} on; ` +
        `where it was moved, move it back or name its new path by --root; ` +
        "where it was removed, 'tsm patrol --kill-orphans' ends what is left",
    );
  }
  if (selector === "all") return;
  throw new Deno.errors.NotFound(
    `Cannot ${action} '${selector}': no such process; there is no root '${root.base}' yet`,
  );
}

/** The processes that carry this root in their environment, for a message. */
async function processesOf(rootPath: string): Promise<readonly string[]> {
  const names = new Map<string, number>();
  for (const [pid, { root, name }] of await readEnvironTable()) {
    // What a process has started carries its name too: the first one has the lowest pid.
    const first = Math.min(pid, names.get(name) ?? Infinity);
    if (root === rootPath && pid !== Deno.pid) names.set(name, first);
  }
  return [...names].map(([name, pid]) => `'${name}' (pid ${pid})`);
}

/** Processes have the real path of their root, of which only the directory above is left. */
function realPathOfMissing(path: string): string {
  try {
    return join(Deno.realPathSync(dirname(path)), basename(path));
  } catch {
    return path;
  }
}
