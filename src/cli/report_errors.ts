import { messageOf } from "../errors.ts";
import { EXIT, exitCodeOf } from "./exit_code.ts";
import { writeAll } from "./output/write_all.ts";

/**
 * Runs what somebody asked for; an error is told to them in a line, its stack only where
 * `TSM_DEBUG` is set.
 *
 * @param action Gives the exit code, where it is not 0.
 * @returns the exit code.
 */
export async function reportErrors(action: () => Promise<number | void>): Promise<number> {
  try {
    return await action() ?? EXIT.done;
  } catch (error) {
    // `tsm … | head`: who read us has what it wanted.
    if (error instanceof Deno.errors.BrokenPipe) return EXIT.done;
    const text = Deno.env.get("TSM_DEBUG") && error instanceof Error
      ? error.stack ?? error.message
      : messageOf(error);
    writeAll(Deno.stderr, `tsm: ${text}\n`);
    return exitCodeOf(error);
  }
}
