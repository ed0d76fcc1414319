import { fingerprint } from "../files/fingerprint.ts";
import { isDirectory } from "../files/path_info.ts";

/** Deno keeps this many events for a reader that is busy, and drops further ones silently. */
const KEPT_EVENTS = 16;
/** Milliseconds after such a burst until the directories are compared with what was seen before. */
const LOOK_AFTER = 250;

/**
 * Reports changes in directories that come and go: a file written, a directory made or removed.
 * Nothing is polled; only after a burst, in which events may have been dropped, the directories are
 * compared once with what was seen before.
 *
 * @param parent A directory that exists.
 * @param children Returns the names of the directories in it to be watched; it is
 * asked again whenever one came or went.
 * @param look Returns a text that changes with anything in the directory of that name. It must not
 * open a file there: that would be an event itself.
 * @returns the names of the directories in which something changed, or `anything`.
 *
 * @example
 * ```ts
 * import { fingerprint } from "../files/fingerprint.ts";
 * import { watchDirectories } from "./watch_directories.ts";
 *
 * const look = (name: string) => fingerprint(`runtime/processes/${name}/current.out`);
 * for await (const changed of watchDirectories("runtime/processes", () => ["api"], look)) {
 *   if (changed === "anything" || changed.has("api")) console.log("something changed");
 * }
 * ```
 */
export async function* watchDirectories(
  parent: string,
  children: () => readonly string[],
  look: (name: string) => string,
): AsyncGenerator<ReadonlySet<string> | "anything"> {
  while (true) {
    const parentSeen = fingerprint(parent);
    const names = children();
    const present = presentIn(parent, names);
    using watcher = watch([parent, ...present]);
    if (!watcher) continue;
    const seen = new Map(names.map((name) => [name, look(name)]));
    const missed = (): Batch => ({
      names: new Set(names.filter((name) => look(name) !== seen.get(name))),
      cameOrWent: fingerprint(parent) !== parentSeen,
    });
    // Changes before the watch began are not reported: the caller looks at everything once.
    yield "anything";
    // A directory made while the watch was set up is not reported either.
    if (presentIn(parent, children()).some((path) => !present.includes(path))) continue;
    for await (const { names, cameOrWent } of batches(watcher, parent, missed)) {
      for (const name of names) if (seen.has(name)) seen.set(name, look(name));
      yield names;
      if (cameOrWent) break;
    }
  }
}

/** Watches directories; `undefined` if one of them, other than the first, has just been removed. */
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

/**
 * Collects what happens between two reads into one batch: a log written at full speed makes many
 * events.
 *
 * @param missed Looks for what happened without an event, or behind those told so far.
 */
async function* batches(
  watcher: Deno.FsWatcher,
  parent: string,
  missed: () => Batch,
): AsyncGenerator<Batch> {
  let batch: Batch = { names: new Set(), cameOrWent: false };
  let wake = Promise.withResolvers<void>();
  let events = 0;
  let timer: number | undefined;
  const add = (names: Iterable<string>, cameOrWent: boolean) => {
    for (const name of names) batch.names.add(name);
    batch.cameOrWent ||= cameOrWent;
    if (batch.names.size > 0 || batch.cameOrWent) wake.resolve();
  };
  const lookAgain = () => {
    timer = undefined;
    events = 0;
    const { names, cameOrWent } = missed();
    add(names, cameOrWent);
  };
  const pump = async () => {
    for await (const event of watcher) {
      // An event was dropped only if this many were waiting: the comparison follows when they are
      // handled.
      if (++events >= KEPT_EVENTS) timer ??= setTimeout(lookAgain, LOOK_AFTER);
      // Reading the logs is reported as an access: it would wake the reader for ever.
      if (event.kind === "access") continue;
      for (const path of event.paths) {
        const [name, file] = path.slice(parent.length + 1).split("/");
        // A time index is written when its log has grown, and that is an event itself.
        if (!name || file?.endsWith(".idx")) continue;
        const cameOrWent = file === undefined && event.kind !== "modify";
        add([name], cameOrWent);
      }
    }
  };
  pump().catch(wake.reject);
  try {
    while (true) {
      await wake.promise;
      wake = Promise.withResolvers();
      const told = batch;
      batch = { names: new Set(), cameOrWent: false };
      yield told;
    }
  } finally {
    clearTimeout(timer);
  }
}

function presentIn(parent: string, names: readonly string[]): string[] {
  return names.map((name) => `${parent}/${name}`).filter(isDirectory);
}
