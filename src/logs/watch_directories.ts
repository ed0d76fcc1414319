/**
 * Tells whenever something changes in directories that come and go: a file
 * written, a directory made or removed. Nothing is polled.
 *
 * @param parent A directory that is there.
 * @param children Directories in it; they may be missing, and appear later.
 *
 * @example
 * ```ts
 * import { watchDirectories } from "./watch_directories.ts";
 *
 * for await (const _ of watchDirectories("runtime/processes", ["runtime/processes/api"])) {
 *   console.log("something changed");
 * }
 * ```
 */
export async function* watchDirectories(
  parent: string,
  children: readonly string[],
): AsyncGenerator<void> {
  while (true) {
    const present = children.filter(isDirectory);
    using watcher = Deno.watchFs([parent, ...present], { recursive: false });
    // What happened before the watch began is not told by it.
    yield;
    for await (const event of watcher) {
      yield;
      const cameOrWent = event.paths.some((path) => children.includes(path));
      if (cameOrWent && event.kind !== "modify" && event.kind !== "access") break;
    }
  }
}

function isDirectory(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}
