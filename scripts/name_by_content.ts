import { join } from "@std/path/posix";

/** What esbuild puts into the names of files: a hash of the content, and of where the source lies. */
const HASH = /-[A-Z0-9]{8}(?=\.js\b)/g;

/**
 * Gives the files of a bundle names that depend on their content alone, and on that of what they
 * import, so that the same source gives the same bundle wherever it lies.
 *
 * @param dir The bundle: files that import each other by their names.
 * @throws {Error} if two files would be called the same.
 */
export async function nameByContent(dir: string): Promise<void> {
  const texts = new Map<string, string>();
  for (const { name } of Deno.readDirSync(dir)) {
    texts.set(name, await Deno.readTextFile(join(dir, name)));
  }
  let names = new Map([...texts.keys()].map((name) => [name, name.replace(HASH, "")]));
  // Twice: files of the same text may import files that only their own names tell apart.
  for (let round = 0; round < 2; round++) names = await renamed(texts, names);
  if (new Set(names.values()).size < names.size) {
    throw new Error("two files of the bundle differ in nothing but the names of what they import");
  }
  for (const [name, text] of texts) {
    await Deno.remove(join(dir, name));
    await Deno.writeTextFile(join(dir, names.get(name)!), withNames(text, names));
  }
}

/** The names of files by their texts, in which the files they import are called by `names`. */
async function renamed(
  texts: ReadonlyMap<string, string>,
  names: ReadonlyMap<string, string>,
): Promise<Map<string, string>> {
  const next = new Map<string, string>();
  for (const [name, text] of texts) {
    next.set(name, name.replace(HASH, `-${await digest(withNames(text, names))}`));
  }
  return next;
}

function withNames(text: string, names: ReadonlyMap<string, string>): string {
  return text.replaceAll(/[\w.-]+\.js\b/g, (word) => names.get(word) ?? word);
}

/** Eight characters that stand for a text, in the form of esbuild's. */
async function digest(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(bytes, 0, 4).toHex().toUpperCase();
}
