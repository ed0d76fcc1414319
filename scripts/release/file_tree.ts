import { dirname, join } from "@std/path/posix";

/** A file of an archive or package. */
export interface TreeFile {
  /** Below the tree. */
  readonly path: string;
  /** What is in it, or, with `copyOf`, the file that it is a copy of. */
  readonly content: string | Uint8Array | { readonly copyOf: string };
  /** Whether it is a program. */
  readonly executable?: boolean;
}

/**
 * Writes files below a directory with permissions that do not depend on the umask, so that an
 * archive of them has the same bytes wherever it is made.
 */
export async function writeTree(dir: string, files: readonly TreeFile[]): Promise<void> {
  for (const { path, content, executable = false } of files) {
    const target = join(dir, path);
    await makeDirectory(dir, dirname(path));
    if (typeof content === "string") await Deno.writeTextFile(target, content);
    else if (content instanceof Uint8Array) await Deno.writeFile(target, content);
    else await Deno.copyFile(content.copyOf, target);
    await Deno.chmod(target, executable ? 0o755 : 0o644);
  }
}

/** Makes `dir` and, one by one, the directories of `path` below it. */
async function makeDirectory(dir: string, path: string): Promise<void> {
  await Deno.mkdir(join(dir, path), { recursive: true });
  for (let part = path; part !== "."; part = dirname(part)) {
    await Deno.chmod(join(dir, part), 0o755);
  }
  await Deno.chmod(dir, 0o755);
}
