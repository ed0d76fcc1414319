/*
 * The thread in which directories are watched, for the supervisor itself must never stand still:
 * Deno.watchFs opens each file that something happens to, and where that is a named pipe nobody
 * writes to, neither that nor any later call of Deno.watchFs in the same thread returns. Who talks
 * with it is watch_thread.ts, which takes this file as a text.
 */

const watchers = new Map();
/** Whether it is waited for an event, whatever it is, as a sign that events still come. */
let isAsked = false;

self.onmessage = ({ data: { id, open, close, probe } }) => {
  if (open !== undefined) watch(id, open);
  if (close) {
    watchers.get(id)?.close();
    watchers.delete(id);
  }
  if (probe !== undefined) {
    isAsked = true;
    // To read a directory that is watched is an event.
    entriesOf(probe);
  }
};

/** Watches directories, and tells first what has changed in them since a time. */
async function watch(id, { directories, since }) {
  try {
    const watcher = Deno.watchFs(directories, { recursive: false });
    watchers.set(id, watcher);
    self.postMessage({ id, isOpen: true });
    for (const path of directories) tellChanges(id, path, since);
    for await (const { kind, paths } of watcher) {
      if (isAsked) {
        isAsked = false;
        self.postMessage({ isAlive: true });
      }
      // Reading a file is no change of it.
      if (kind !== "access") self.postMessage({ id, event: { kind, paths, isOld: false } });
    }
  } catch (error) {
    self.postMessage({ id, error: error.message });
  }
}

/** Tells what was written or made in a directory before it was watched. */
function tellChanges(id, directory, since) {
  for (const { name, isDirectory } of entriesOf(directory)) {
    const path = `${directory === "/" ? "" : directory}/${name}`;
    try {
      const { mtime, birthtime } = Deno.lstatSync(path);
      const time = isDirectory ? birthtime : mtime;
      if (time === null || time.getTime() <= since) continue;
      const kind = isDirectory ? "create" : "modify";
      self.postMessage({ id, event: { kind, paths: [path], isOld: true } });
    } catch {
      // It has just been removed, which is an event by now.
    }
  }
}

function entriesOf(directory) {
  try {
    return [...Deno.readDirSync(directory)];
  } catch {
    // It has just been removed.
    return [];
  }
}
