import { sendSignal } from "../signals.ts";
import { inSession } from "./in_session.ts";
import type { LogPaths } from "../../root.ts";

// Does the steps that must not stop halfway. While the writers are stopped it forks only once, for
// `dd` or `cp`, and not at all where they have written nothing since the last copy. (`head -c` copies
// in pieces of 8 KB, for three times the CPU time.) The pipe it reads its commands from ends with the
// supervisor, however that dies; it then resumes what was stopped.
// `true >"$log"` truncates, not `: >"$log"`: a failed redirection of `:` would end the shell.
const SCRIPT = `
umask 077
log=$1 part=$2 note=$3 frozen=
resume() {
  [ -z "$frozen" ] || kill -s CONT $frozen
  frozen=
}
copy() { [ "$1" = 0 ] || dd bs=128K iflag=count_bytes count="$1" <&3 >&4; }
go() { copy "$1"; }
go_sparse() { cp --sparse=always /proc/self/fd/3 /proc/self/fd/4; }
trap resume EXIT
trap '' PIPE HUP INT TERM
exec 2>/dev/null 3<"$log" 4>"$part"
IFS= read -r stat </proc/$$/stat && printf '%s\\n' "$stat"
while read -r command words; do
  case $command in
    copy) copy "$words" && echo ok || echo failed ;;
    frozen) frozen="$frozen $words" ;;
    go | go_sparse)
      if [ -f "$log" ] && ! [ -L "$log" ] && [ "$log" -ef /proc/$$/fd/3 ] &&
        "$command" "$words" && true >"$log"; then
        printf '{"done":true}\\n' >>"$note"
        resume
        echo ok
      else
        resume
        echo failed
      fi ;;
  esac
done
`;

/**
 * Milliseconds after which the helper is killed while the writers are stopped; usually it needs a
 * few.
 */
const GO_TIME = 5000;
/** Bytes a millisecond that the slowest disk copies. */
const SLOWEST = 20_000;
/** Bytes that writers who are not stopped may write before the last ones are copied. */
const WRITTEN_MEANWHILE = 16 * 1024 * 1024;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * The shell that carries a rotation out. It is a process of its own so that a
 * supervisor killed in the middle leaves no service frozen: it is there before
 * anything is frozen, and resumes what it froze when its supervisor is gone.
 */
export class RotationHelper {
  readonly pid: number;
  /** Settles when it has ended. */
  readonly exited: Promise<unknown>;
  readonly #child: Deno.ChildProcess;
  readonly #stdin: WritableStreamDefaultWriter<Uint8Array>;
  readonly #stdout: ReadableStreamDefaultReader<Uint8Array>;
  #unread = "";
  #hasFrozen = false;

  constructor(log: LogPaths) {
    // In a session of its own: what ends the supervisor's does not end it.
    const words = [log.current, log.part, log.note];
    const { command, ...how } = inSession(["/bin/sh", "-c", SCRIPT, "sh", ...words]);
    this.#child = new Deno.Command(command, {
      ...how,
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.pid = this.#child.pid;
    this.exited = this.#child.status;
    this.#stdin = this.#child.stdin.getWriter();
    this.#stdout = this.#child.stdout.getReader();
  }

  /**
   * Awaits that it has opened the log.
   *
   * @returns its line of `/proc/PID/stat`.
   */
  async opened(): Promise<string> {
    return await this.#readLine();
  }

  /**
   * Copies what the log has that the copy has not, at the most so many bytes: to the end of a log
   * whose writer is as fast as the disk there is no getting.
   */
  copy(bytes: number): Promise<void> {
    return this.#tell(`copy ${bytes}`);
  }

  /**
   * Stops processes. The helper is told of them first, and resumes them at its end, however that
   * comes: it reads what is in the pipe even when the supervisor is dead.
   */
  async freeze(pids: readonly number[]): Promise<void> {
    this.#hasFrozen = true;
    await this.#stdin.write(encoder.encode(`frozen ${pids.join(" ")}\n`));
    for (const pid of pids) sendSignal(pid, "SIGSTOP");
  }

  /**
   * Copies the last bytes, truncates the log, and resumes the writers.
   *
   * @param bytes How many are to be copied, about.
   */
  go(bytes: number): Promise<void> {
    const most = this.#hasFrozen && bytes === 0 ? 0 : bytes + WRITTEN_MEANWHILE;
    return this.#finish(`go ${most}`, bytes);
  }

  /**
   * The same for a log with large holes: all of it is copied, without the holes.
   *
   * @param stored How many bytes it stores.
   */
  goSparse(stored: number): Promise<void> {
    return this.#finish("go_sparse", stored);
  }

  async #finish(command: string, bytes: number): Promise<void> {
    const timer = setTimeout(() => this.#kill(), GO_TIME + bytes / SLOWEST);
    try {
      await this.#tell(command);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends the helper, which resumes what is still stopped. */
  async close(): Promise<void> {
    await this.#stdin.close().catch(() => {});
    const timer = setTimeout(() => this.#kill(), 2000);
    await this.exited;
    clearTimeout(timer);
    await this.#stdout.cancel().catch(() => {});
  }

  async #tell(command: string): Promise<void> {
    await this.#stdin.write(encoder.encode(`${command}\n`));
    if (await this.#readLine() !== "ok") {
      throw new Error(`'${command}' failed: the disk is full, or no process can be made`);
    }
  }

  async #readLine(): Promise<string> {
    while (!this.#unread.includes("\n")) {
      const { value, done } = await this.#stdout.read();
      if (done) throw new Error("the shell that rotates it has ended");
      this.#unread += decoder.decode(value);
    }
    const end = this.#unread.indexOf("\n");
    const line = this.#unread.slice(0, end);
    this.#unread = this.#unread.slice(end + 1);
    return line;
  }

  #kill(): void {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended.
    }
  }
}
