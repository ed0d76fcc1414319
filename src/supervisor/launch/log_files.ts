import type { ProcessPaths } from "../../root.ts";

/** Whom a log belongs to. */
export interface LogFileOwner {
  readonly uid: number;
  readonly gid: number;
}

/** The logs of a process, open for appending. */
export interface LogFiles extends Disposable {
  readonly stdout: Deno.FsFile;
  readonly stderr: Deno.FsFile;
}

/**
 * Opens the logs of a process, which are made if need be. They are in append mode, so that
 * a rotation can truncate them under their writer.
 *
 * @param owner The user that the process runs as, where that is not the supervisor's.
 * @throws {Deno.errors.InvalidData} if one is no plain file.
 */
export function openLogFiles(
  { out, err }: Pick<ProcessPaths, "out" | "err">,
  owner?: LogFileOwner,
): LogFiles {
  using files = new DisposableStack();
  const [stdout, stderr] = [out, err].map((path) => files.use(openLogFile(path, owner)));
  const opened = files.move();
  return { stdout: stdout!, stderr: stderr!, [Symbol.dispose]: () => opened.dispose() };
}

function openLogFile(path: string, owner: LogFileOwner | undefined): Deno.FsFile {
  checkLogFile(path);
  const file = Deno.openSync(path, { append: true, create: true, mode: 0o640 });
  // A program opens /dev/stderr as its own user: only the owner of the log may.
  if (owner && file.statSync().uid !== owner.uid) Deno.chownSync(path, owner.uid, owner.gid);
  return file;
}

/**
 * Refuses a log file that is a directory, a link or a fifo: the process would
 * write elsewhere, or hang.
 *
 * @throws {Deno.errors.InvalidData} if it is one; a missing one is fine.
 */
export function checkLogFile(path: string): void {
  let info: Deno.FileInfo;
  try {
    info = Deno.lstatSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw error;
  }
  if (info.isFile) return;
  throw new Deno.errors.InvalidData(`its log '${path}' is no plain file; move it away`);
}
