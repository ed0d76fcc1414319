import type { Loss } from "./rule.ts";

/** A file that an export makes. */
export interface ExportedFile {
  /** Relative to the directory of the export, without folders. */
  readonly name: string;
  readonly text: string;
  /** It makes sense as a file only, and is not printed. */
  readonly isBeside?: true;
}

/** What an export makes. */
export interface Exported {
  readonly files: readonly ExportedFile[];
  readonly losses: readonly Loss[];
  /** What is said of the whole, a sentence each. */
  readonly notes: readonly string[];
  /** A command that brings the files into force; `DIR` stands for their directory. */
  readonly next: string;
}

/**
 * Checks that no two files have one name: of two, one would be lost.
 *
 * @throws {Deno.errors.InvalidData} naming the file.
 */
export function checkNames(files: readonly ExportedFile[]): void {
  const seen = new Set<string>();
  for (const { name } of files) {
    if (seen.has(name)) {
      throw new Deno.errors.InvalidData(
        `two of the processes would have the file '${name}'; rename one`,
      );
    }
    seen.add(name);
  }
}
