import type { ProcessPaths } from "../root.ts";

/** The logs of a process, open for appending. */
export interface LogFiles extends Disposable {
  readonly stdout: Deno.FsFile;
  readonly stderr: Deno.FsFile;
}

/**
 * Opens the logs of a process, which are made if need be. They are in append mode, so that
 * a rotation can truncate them under their writer.
 *
 * @throws {Deno.errors.InvalidData} if one is no plain file.
 */
export function openLogFiles({ out, err }: Pick<ProcessPaths, "out" | "err">): LogFiles {
  checkLogFile(out);
  checkLogFile(err);
  const stdout = Deno.openSync(out, { append: true, create: true });
  let stderr: Deno.FsFile;
  try {
    stderr = Deno.openSync(err, { append: true, create: true });
  } catch (error) {
    stdout.close();
    throw error;
  }
  return {
    stdout,
    stderr,
    [Symbol.dispose]() {
      stdout.close();
      stderr.close();
    },
  };
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
