/**
 * The part of `tsm export --output` that may write. The command line itself has given that up
 * before it read anything; it starts tsm once more, in the directory that the files are for, whose
 * permission `--allow-write=.` reaches no further.
 *
 * @module
 */
import { lstatIfThere } from "../files/path_info.ts";
import { replaceFile } from "../files/replace_file.ts";
import { messageOf } from "../errors.ts";
import type { ExportedFile } from "./exported_files.ts";

/** What is to be written: one object of JSON on standard input. */
export interface WriteRequest {
  readonly files: readonly Pick<ExportedFile, "name" | "text">[];
  /** Whether files that are there are replaced. */
  readonly force: boolean;
}

/** What became of it: one object of JSON on standard output. */
export type WriteAnswer =
  | { readonly written: number }
  /** Nothing was written: these files are there. */
  | { readonly there: readonly string[] }
  /** What failed; files before it may have been written. */
  | { readonly failed: string };

/** Writes to the working directory what standard input says. */
export async function main(): Promise<number> {
  const request: WriteRequest = JSON.parse(await new Response(Deno.stdin.readable).text());
  console.log(JSON.stringify(writeHere(request)));
  return 0;
}

function writeHere({ files, force }: WriteRequest): WriteAnswer {
  const there = files.filter(({ name }) => lstatIfThere(name) !== undefined);
  if (there.length > 0 && !force) return { there: there.map(({ name }) => name) };
  for (const { name, text } of files) {
    try {
      // A link that is there is replaced, not written through.
      if (force) replaceFile(`./${name}`, text);
      else Deno.writeTextFileSync(name, text, { createNew: true, mode: 0o644 });
    } catch (error) {
      return { failed: `'${name}': ${messageOf(error)}` };
    }
  }
  return { written: files.length };
}
