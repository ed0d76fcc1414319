/**
 * What the first bytes of a file say of how it is executed.
 *
 * Formats: elf(5); the `#!` line of execve(2).
 *
 * @module
 */
import { basename } from "@std/path/posix";
import { statIfThere } from "../files/path_info.ts";

/** The first bytes of a file; `undefined` where it may be executed, but not read. */
export function readHead(path: string): Uint8Array | undefined {
  const buffer = new Uint8Array(256);
  try {
    using file = Deno.openSync(path);
    return buffer.subarray(0, file.readSync(buffer) ?? 0);
  } catch {
    return undefined;
  }
}

/**
 * Whether the kernel itself executes what begins so. A text without `#!` it refuses; a shell
 * would then be given the text, as if it were one of its own scripts, and run the backticks
 * of a JavaScript file.
 */
export function isProgram(head: Uint8Array): boolean {
  return head[0] === 0x7f && head[1] === 0x45 && head[2] === 0x4c && head[3] === 0x46;
}

/** The words of the `#!` line of a script that begins with `head`, `env` left out. */
export function shebangOf(head: Uint8Array): string[] | undefined {
  const words = shebangLine(head)?.trim().split(/\s+/);
  if (words === undefined) return undefined;
  if (basename(words[0] ?? "") === "env") words.shift();
  if (words[0] === "-S") words.shift();
  return words[0] ? words : undefined;
}

/**
 * Checks that the kernel finds the program that the `#!` line of a script names. It says no more
 * than "no such file" where it does not, as if the script were missing.
 *
 * @param head The first bytes of the script at `path`.
 * @throws {Deno.errors.NotFound} if that program is missing.
 * @throws {Deno.errors.InvalidData} if the line ends as lines do on Windows, which is then a part
 * of the program's name.
 */
export function checkShebang(path: string, head: Uint8Array): void {
  const line = shebangLine(head);
  if (line?.endsWith("\r")) {
    throw new Deno.errors.InvalidData(
      `the '#!' line of '${path}' ends with a carriage return, as on Windows, and names no ` +
        `program so; remove them: sed -i 's/\\r$//' '${path}'`,
    );
  }
  const program = line?.trim().split(/[ \t]/)[0];
  if (!program?.startsWith("/") || statIfThere(program)?.isFile) return;
  throw new Deno.errors.NotFound(
    `'${program}', which the '#!' line of '${path}' names, does not exist; install it, or ` +
      "correct the line",
  );
}

/** What stands behind `#!`, without the line break; `undefined` where the file begins otherwise. */
function shebangLine(head: Uint8Array): string | undefined {
  const line = new TextDecoder().decode(head).split("\n", 1)[0]!;
  return line.startsWith("#!") ? line.slice(2) : undefined;
}

/** Whether the file at `path` may be executed, by somebody at least. */
export function isExecutable(path: string): boolean {
  return ((statIfThere(path)?.mode ?? 0) & 0o111) !== 0;
}
