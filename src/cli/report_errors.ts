import { messageOf } from "../errors.ts";
import { printable } from "../printable.ts";
import { EXIT, exitCodeOf } from "./exit_code.ts";
import { writeAll } from "./output/write_all.ts";

/**
 * Runs a command; an error is printed to standard error in a line, with its stack only where
 * `TSM_DEBUG` is set.
 *
 * @param action Returns the exit code, where it is not 0.
 * @returns the exit code.
 */
export async function reportErrors(action: () => Promise<number | void>): Promise<number> {
  try {
    return await action() ?? EXIT.done;
  } catch (error) {
    // `tsm … | head` has read all it wanted: that is no failure.
    if (error instanceof Deno.errors.BrokenPipe) return EXIT.done;
    const text = Deno.env.get("TSM_DEBUG") && error instanceof Error
      ? error.stack ?? error.message
      : messageOf(error);
    writeAll(Deno.stderr, `tsm: ${printable(text, false)}\n`);
    return exitCodeOf(error);
  }
}
