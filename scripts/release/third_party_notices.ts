import { join } from "@std/path/posix";
import { MIT_TERMS } from "./mit_license.ts";

const PROJECT = join(import.meta.dirname!, "../..");

const DENO_TERMS = `Copyright 2018-2026 the Deno authors\n\n${MIT_TERMS}`;

/** A library in the binary. */
interface Library {
  readonly name: string;
  readonly version: string;
  /** Whose it is and under what terms. */
  readonly terms: string;
}

/**
 * Writes the notices of everything in the binary that others have written: Deno, and the libraries
 * that something in `src/` imports, what they need themselves included.
 *
 * @throws {Error} if a library says nowhere what its licence is.
 */
export async function thirdPartyNotices(): Promise<string> {
  const { npmCache } = JSON.parse(await deno("info", "--json"));
  const specifiers = usedSpecifiers();
  const libraries = await Promise.all(
    lockedPackages(specifiers).map((key) => readLibrary(npmCache, key)),
  );
  return [
    "The binary of tsm contains what follows, besides tsm itself.",
    section({
      name: "Deno",
      version: Deno.version.deno,
      terms: `${DENO_TERMS}\n\n` +
        `Deno contains V8 (${Deno.version.v8}) and libraries in Rust, under licences of their own;\n` +
        `Cargo.lock names them: https://github.com/denoland/deno/tree/v${Deno.version.deno}`,
    }),
    ...standardLibraries(specifiers).map(section),
    ...libraries.map(section),
  ].join("\n\n") + "\n";
}

function section({ name, version, terms }: Library): string {
  const line = "=".repeat(80);
  return `${line}\n${name} ${version}\n${line}\n\n${terms.trim()}`;
}

/** What the names that the source imports stand for in `deno.json`: `npm:valibot@1.5.0`. */
function usedSpecifiers(): readonly string[] {
  const { imports } = readJson("deno.json") as { imports: Readonly<Record<string, string>> };
  const source = filesBelow(join(PROJECT, "src"), /\.tsx?$/).map((path) =>
    Deno.readTextFileSync(path)
  );
  return Object.keys(imports)
    .filter((name) => source.some((text) => importsLibrary(text, name)))
    .map((name) => imports[name]!);
}

/** The parts of Deno's standard library that come from JSR, where releases take them from. */
function standardLibraries(specifiers: readonly string[]): readonly Library[] {
  const found = specifiers.flatMap((specifier) => {
    const [, name, version] = /^jsr:(@std\/[^@/]+)@([^/]+)/.exec(specifier) ?? [];
    return name === undefined
      ? []
      : [[name, { name, version: version!, terms: DENO_TERMS }] as const];
  });
  return [...new Map(found).values()];
}

/** The keys of `deno.lock` that these specifiers need of npm, as `string-width@8.3.0`; sorted. */
function lockedPackages(specifiers: readonly string[]): readonly string[] {
  const { npm } = readJson("deno.lock") as {
    npm: Readonly<Record<string, { readonly dependencies?: readonly string[] }>>;
  };
  const wanted = specifiers.flatMap((specifier) => {
    const name = /^npm:\/?((?:@[^/]+\/)?[^/]+)/.exec(specifier)?.[1];
    return name === undefined ? [] : [name];
  });
  const found = new Set<string>();
  for (let name = wanted.pop(); name !== undefined; name = wanted.pop()) {
    // A dependency is named without its version where only one is locked.
    const key = Object.keys(npm).find((key) => key === name || key.startsWith(`${name}@`));
    if (key === undefined) throw new Error(`deno.lock does not have '${name}'`);
    if (found.has(key)) continue;
    found.add(key);
    wanted.push(...npm[key]!.dependencies ?? []);
  }
  return [...found].sort();
}

function importsLibrary(source: string, name: string): boolean {
  // A name that ends in '/' stands for all that begins with it.
  const quoted = name.endsWith("/") ? `"${name}` : `"${name}"`;
  return [`from ${quoted}`, `import(${quoted}`].some((words) => source.includes(words));
}

/** @param cache Where Deno keeps packages: a folder for each registry. */
async function readLibrary(cache: string, key: string): Promise<Library> {
  const at = key.lastIndexOf("@");
  const [name, version] = [key.slice(0, at), key.slice(at + 1)];
  const dir = [...Deno.readDirSync(cache)].map((registry) =>
    join(cache, registry.name, name, version)
  ).find((dir) => entriesOf(dir).length > 0);
  if (dir === undefined) throw new Error(`${key} is not in Deno's cache: build tsm first`);
  return { name, version, terms: await readTerms(dir, name) };
}

/** What a package says of its licence: in a file of its own, else in its source. */
async function readTerms(dir: string, name: string): Promise<string> {
  const own = entriesOf(dir).find((file) => /^licen[cs]e(\.\w+)?$/i.test(file.name));
  if (own !== undefined) return await Deno.readTextFile(join(dir, own.name));
  const { license } = JSON.parse(await Deno.readTextFile(join(dir, "package.json")));
  const owners = new Set<string>();
  for (const path of filesBelow(dir, /\.js$/)) {
    const text = await Deno.readTextFile(path);
    for (const [, line] of text.matchAll(/^\/\/ (Copyright .*)$/gm)) owners.add(line!);
  }
  if (license === "MIT" && owners.size > 0) {
    return `${[...owners].sort().join("\n")}\n\n${MIT_TERMS}`;
  }
  throw new Error(`${name} says nowhere whose it is and under which licence (${license})`);
}

function filesBelow(dir: string, names: RegExp): string[] {
  return entriesOf(dir).flatMap(({ name, isDirectory }) => {
    const path = join(dir, name);
    if (isDirectory) return filesBelow(path, names);
    return names.test(name) ? [path] : [];
  });
}

/** What is in a directory; nothing where it is not there. */
function entriesOf(dir: string): readonly Deno.DirEntry[] {
  try {
    return [...Deno.readDirSync(dir)];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

function readJson(name: string): unknown {
  return JSON.parse(Deno.readTextFileSync(join(PROJECT, name)));
}

async function deno(...args: string[]): Promise<string> {
  const command = new Deno.Command(Deno.execPath(), { args, cwd: PROJECT, stderr: "inherit" });
  const { success, stdout } = await command.output();
  if (!success) throw new Error(`deno ${args.join(" ")} failed; see above`);
  return new TextDecoder().decode(stdout);
}
