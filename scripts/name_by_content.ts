import { join } from "@std/path";

/** What esbuild puts into the names of files: a hash of the content, and of where the source lies. */
const HASH = /-[A-Z0-9]{8}(?=\.js\b)/g;

/**
 * Gives the files of a bundle names that depend on their content alone, so that the same source
 * gives the same bundle wherever it lies.
 *
 * @param dir The bundle: files that import each other by their names.
 * @throws {Error} if two files would be called the same.
 */
export async function nameByContent(dir: string): Promise<void> {
  const names = new Map<string, string>();
  const texts = new Map<string, string>();
  for (const { name } of Deno.readDirSync(dir)) {
    const text = await Deno.readTextFile(join(dir, name));
    texts.set(name, text);
    // The names that it imports are left out: they are about to change.
    const hash = await digest(text.replaceAll(HASH, ""));
    names.set(name, name.replace(HASH, `-${hash}`));
  }
  if (new Set(names.values()).size < names.size) {
    throw new Error("two files of the bundle differ in nothing but the names of what they import");
  }
  for (const [name, text] of texts) {
    await Deno.remove(join(dir, name));
    const renamed = text.replaceAll(/[\w.-]+\.js\b/g, (word) => names.get(word) ?? word);
    await Deno.writeTextFile(join(dir, names.get(name)!), renamed);
  }
}

/** Eight characters that stand for a text, in the form of esbuild's. */
async function digest(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(bytes, 0, 4).toHex().toUpperCase();
}
