/**
 * Node's preload: a small file that node runs before a program, for what its settings ask of
 * node itself. A program whose settings need none of it is started without.
 *
 * @module
 */
import { replaceFile } from "../../files/replace_file.ts";
import { readTextIfThere } from "../../files/read_text.ts";
import { withContext } from "../../errors.ts";
import type { RuntimeRoot } from "../../root.ts";
import PRELOAD from "../../program/preload.cjs" with { type: "text" };

/**
 * Writes the file of the preload, unless it is there as this version of tsm has it.
 *
 * @throws whatever the file system says, with the path.
 */
export function writeNodePreload({ nodePreload }: RuntimeRoot): void {
  try {
    if (readTextIfThere(nodePreload) !== PRELOAD) replaceFile(nodePreload, PRELOAD);
  } catch (error) {
    throw withContext(
      `Cannot write '${nodePreload}', which node needs for its share_port or wait_ready`,
      error,
    );
  }
}
