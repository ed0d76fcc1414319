import type { ProcessPaths } from "../../root.ts";

/** Who else may write to a log by its path. */
export interface LogWriter {
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
 * @param writer The user that the process runs as, where that is not the supervisor's.
 * @throws {Deno.errors.InvalidData} if one is no plain file.
 */
export function openLogFiles(
  { out, err }: Pick<ProcessPaths, "out" | "err">,
  writer?: LogWriter,
): LogFiles {
  using files = new DisposableStack();
  const [stdout, stderr] = [out, err].map((path) => files.use(openLogFile(path, writer)));
  const opened = files.move();
  return { stdout: stdout!, stderr: stderr!, [Symbol.dispose]: () => opened.dispose() };
}

function openLogFile(path: string, writer: LogWriter | undefined): Deno.FsFile {
  checkLogFile(path);
  const file = Deno.openSync(path, { append: true, create: true, mode: 0o640 });
  if (writer) letGroupWrite(path, file, writer);
  return file;
}

/**
 * Lets another user's program open its log by path, as those do that write to /dev/stderr. Its group
 * may, which the root's mode keeps to those that have it open already. The user does not own it: the
 * owner of a file can take a lease on it, fcntl(2), and whoever opens or empties it then waits for 45
 * seconds, which would be the supervisor.
 */
function letGroupWrite(path: string, file: Deno.FsFile, { gid }: LogWriter): void {
  const own = Deno.uid();
  const info = file.statSync();
  if (info.uid !== own || info.gid !== gid) Deno.chownSync(path, own, gid);
  if (((info.mode ?? 0) & 0o777) !== 0o660) Deno.chmodSync(path, 0o660);
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
