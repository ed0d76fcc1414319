import { isDirectory } from "../files/path_info.ts";

/**
 * Tells whenever something changes in directories that come and go: a file
 * written, a directory made or removed. Nothing is polled.
 *
 * @param parent A directory that is there.
 * @param children Gives the names of the directories in it to be watched; it is
 * asked again whenever one came or went.
 * @returns the names of the directories in which something changed, or `anything`.
 *
 * @example
 * ```ts
 * import { watchDirectories } from "./watch_directories.ts";
 *
 * for await (const changed of watchDirectories("runtime/processes", () => ["api"])) {
 *   if (changed === "anything" || changed.has("api")) console.log("something changed");
 * }
 * ```
 */
export async function* watchDirectories(
  parent: string,
  children: () => readonly string[],
): AsyncGenerator<ReadonlySet<string> | "anything"> {
  while (true) {
    const present = presentIn(parent, children());
    using watcher = watch([parent, ...present]);
    if (!watcher) continue;
    // What happened before the watch began is not told by it.
    yield "anything";
    // One may have come while the watch was set up: its coming is not told either.
    if (presentIn(parent, children()).some((path) => !present.includes(path))) continue;
    for await (const { names, cameOrWent } of batches(watcher, parent)) {
      yield names;
      if (cameOrWent) break;
    }
  }
}

/** Watches directories; `undefined` if one that was there has just gone, but not the first. */
function watch(paths: readonly string[]): Deno.FsWatcher | undefined {
  try {
    return Deno.watchFs([...paths], { recursive: false });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound && isDirectory(paths[0]!)) return undefined;
    throw error;
  }
}

interface Batch {
  readonly names: Set<string>;
  cameOrWent: boolean;
}

/** What happened while nobody asked, in one; a log written at full speed makes many events. */
async function* batches(watcher: Deno.FsWatcher, parent: string): AsyncGenerator<Batch> {
  let batch: Batch = { names: new Set(), cameOrWent: false };
  let wake = Promise.withResolvers<void>();
  const pump = async () => {
    for await (const event of watcher) {
      // Our own reading is an access.
      if (event.kind === "access") continue;
      for (const path of event.paths) {
        const [name, file] = path.slice(parent.length + 1).split("/");
        if (!name) continue;
        batch.names.add(name);
        batch.cameOrWent ||= file === undefined && event.kind !== "modify";
      }
      wake.resolve();
    }
  };
  pump().catch(wake.reject);
  while (true) {
    await wake.promise;
    wake = Promise.withResolvers();
    const told = batch;
    batch = { names: new Set(), cameOrWent: false };
    yield told;
  }
}

function presentIn(parent: string, names: readonly string[]): string[] {
  return names.map((name) => `${parent}/${name}`).filter(isDirectory);
}
