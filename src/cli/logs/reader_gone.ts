// GNU tail watches the pipe it would write to, and ends by SIGPIPE when that has no reader any
// more; `--pid` ends it with us, however we end.
const WATCH = `exec tail -f --pid="$1" /dev/null`;

/**
 * Waits until nobody reads from standard output any more, for a command that may have nothing to
 * write for a long time: `tsm logs | head -n 1` would otherwise run until the next line comes.
 * Deno tells of a closed pipe only to who writes to it.
 *
 * @returns a promise that stays pending where standard output is no pipe, or where `tail` is not
 * GNU's: a closed pipe is then noticed with the next line.
 */
export async function readerGone(): Promise<void> {
  if (isPipe()) {
    const { signal } = await new Deno.Command("/bin/sh", {
      args: ["-c", WATCH, "sh", String(Deno.pid)],
      stdin: "null",
      stdout: "inherit",
      stderr: "null",
    }).spawn().status;
    if (signal === "SIGPIPE") return;
  }
  await new Promise<never>(() => {});
}

function isPipe(): boolean {
  try {
    return Deno.statSync("/dev/stdout").isFifo === true;
  } catch {
    // Standard output is closed.
    return false;
  }
}
