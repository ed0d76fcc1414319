import { join } from "@std/path/posix";
import type { Documents } from "./documents.ts";
import { writeTree } from "./file_tree.ts";
import { runTool } from "./run_tool.ts";

/** What is packed. */
export interface Contents {
  readonly version: string;
  /** The binary. */
  readonly binary: string;
  readonly documents: Documents;
  /** When every file in it was changed, in seconds since the epoch. */
  readonly changed: number;
}

/**
 * Packs what `install.sh` downloads: `NAME.tar.gz`, with all in a folder `NAME`. The same contents
 * give the same bytes.
 *
 * @param dir Where the archive comes to lie.
 * @param name As `tsm-0.1.0-x86_64-linux`.
 * @returns The archive's file name.
 */
export async function packArchive(dir: string, name: string, contents: Contents): Promise<string> {
  const { binary, documents, changed } = contents;
  const staged = await Deno.makeTempDir({ dir });
  try {
    await writeTree(join(staged, name), [
      { path: "tsm", content: { copyOf: binary }, executable: true },
      { path: "tsm.1", content: documents.manPage },
      { path: "completions/tsm.bash", content: documents.completions.bash },
      { path: "completions/_tsm", content: documents.completions.zsh },
      { path: "completions/tsm.fish", content: documents.completions.fish },
      { path: "LICENSE", content: documents.licence },
      { path: "THIRD_PARTY_NOTICES", content: documents.notices },
    ]);
    const tar = join(staged, "archive.tar");
    const owner = ["--owner=0", "--group=0", "--numeric-owner"];
    const order = ["--format=gnu", "--sort=name", `--mtime=@${changed}`, ...owner];
    await runTool(["tar", "--create", "--file", tar, ...order, "--directory", staged, name]);
    // Without the name and time of the file that is compressed.
    await runTool(["gzip", "--no-name", tar]);
    const file = `${name}.tar.gz`;
    await Deno.rename(`${tar}.gz`, join(dir, file));
    return file;
  } finally {
    await Deno.remove(staged, { recursive: true });
  }
}
