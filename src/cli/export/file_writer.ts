import { unhandled } from "../../errors.ts";
import type { ExportedFile } from "../../export/exported_files.ts";
import type { WriteAnswer, WriteRequest } from "../../export/write_here.ts";
import { ownCommand } from "../../program/own_command.ts";
import { ownEnvironment } from "../connection/supervisor_process.ts";

/**
 * Waits for a line before it makes the directory: of a file that turns out to be wrong nothing is
 * to be left behind. The shell reads no byte more than that line, the program the rest.
 */
const ENTER = 'read -r go || exit 0; mkdir -p -- "$1" && cd -- "$1" || exit 1; shift; exec "$@"';

/** Writes the files of an export to one directory. */
export interface FileWriter {
  /**
   * Writes them.
   *
   * @throws {Deno.errors.AlreadyExists} if one is there, and `force` is not given.
   * @throws {Deno.errors.Interrupted} if they cannot be written.
   */
  write(files: readonly ExportedFile[], force: boolean): Promise<void>;
  /** Ends without having written anything. */
  cancel(): Promise<void>;
}

/**
 * Starts the program that writes, while this one still may: it gives up running programs before it
 * reads a file that is a program itself.
 *
 * @param dir Absolute; made if need be.
 */
export function startWriter(dir: string): FileWriter {
  const child = new Deno.Command("/bin/sh", {
    args: ["-c", ENTER, "sh", dir, ...ownCommand(), "export", "--here"],
    env: ownEnvironment(),
    clearEnv: true,
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  return {
    async write(files, force) {
      const request: WriteRequest = {
        files: files.map(({ name, text }) => ({ name, text })),
        force,
      };
      const input = new Blob([`go\n${JSON.stringify(request)}`]).stream();
      // A shell that could not enter the directory reads no further.
      await input.pipeTo(child.stdin).catch(() => {});
      const { stdout } = await child.output();
      report(new TextDecoder().decode(stdout), dir);
    },
    async cancel() {
      await child.stdin.close();
      await child.output();
    },
  };
}

function report(text: string, dir: string): void {
  const answer: WriteAnswer = text === "" ? { failed: "see above" } : JSON.parse(text);
  if ("written" in answer) return;
  if ("there" in answer) {
    const { there } = answer;
    const names = there.slice(0, 5).join(", ") + (there.length > 5 ? ", …" : "");
    throw new Deno.errors.AlreadyExists(
      `Cannot write to '${dir}': ${names} ${
        there.length === 1 ? "is" : "are"
      } there, and nothing ` +
        "was written; --force replaces what is there, or name another directory",
    );
  }
  if ("failed" in answer) {
    throw new Deno.errors.Interrupted(`Cannot write to '${dir}': ${answer.failed}`);
  }
  unhandled(answer);
}
