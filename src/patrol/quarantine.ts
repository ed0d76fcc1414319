import { basename } from "@std/path/posix";
import { isThere } from "../files/path_info.ts";
import { replaceFile } from "../files/replace_file.ts";
import { checkRealDirectory, type RuntimeRoot } from "../root.ts";

/**
 * Moves what cannot be read to `runtime/quarantine/NAME-TIME`, and writes the reason beside it,
 * into `NAME-TIME.reason`. Nothing is ever deleted.
 *
 * @param paths One directory, which becomes `NAME-TIME`, or any number of files,
 * which are moved into it.
 * @returns the path of `NAME-TIME`.
 * @throws whatever the file system says.
 */
export function quarantine(
  root: RuntimeRoot,
  name: string,
  paths: readonly string[],
  reason: string,
): string {
  checkRealDirectory(root.quarantine);
  Deno.mkdirSync(root.quarantine, { recursive: true, mode: 0o700 });
  const target = freePath(root, name);
  replaceFile(`${target}.reason`, `${reason}\n`);
  const [only] = paths;
  if (paths.length === 1 && only !== undefined && !Deno.lstatSync(only).isFile) {
    Deno.renameSync(only, target);
    return target;
  }
  Deno.mkdirSync(target, { mode: 0o700 });
  for (const path of paths) Deno.renameSync(path, `${target}/${basename(path)}`);
  return target;
}

function freePath(root: RuntimeRoot, name: string): string {
  // One that began with '-' would be a flag of whatever is run in there, as in 'rm *'.
  const safe = name.replace(/[^A-Za-z0-9._-]|^[-.]/g, "_").slice(0, 64);
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
  for (let count = 1;; count++) {
    const path = `${root.quarantine}/${safe}-${time}${count === 1 ? "" : `-${count}`}`;
    if (!isThere(path)) return path;
  }
}
