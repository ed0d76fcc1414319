import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { walkSync } from "@std/fs";
import { fromFileUrl, join, relative } from "@std/path/posix";
import { type Contents, packArchive } from "../../scripts/release/archive.ts";
import { compileBinary } from "../../scripts/release/compile_binary.ts";
import { makeDebianPackage } from "../../scripts/release/debian_package.ts";
import { makeDocuments } from "../../scripts/release/documents.ts";
import { findTarget } from "../../scripts/release/targets.ts";
import { thirdPartyNotices } from "../../scripts/release/third_party_notices.ts";
import { testNeeding } from "../test_needing.ts";

const PROJECT = fromFileUrl(new URL("../..", import.meta.url));
const X86 = findTarget("x86_64-linux");

async function run(program: string, args: readonly string[], cwd = PROJECT): Promise<string> {
  const command = new Deno.Command(program, { args: [...args], cwd, stdin: "null" });
  const { success, stdout, stderr } = await command.output();
  const said = new TextDecoder().decode(stdout);
  assert(success, `${program} ${args.join(" ")}: ${said}${new TextDecoder().decode(stderr)}`);
  return said;
}

/** Calls `use` with a directory that is removed behind it. */
async function withDirectory<T>(use: (dir: string) => Promise<T>): Promise<T> {
  const dir = await Deno.makeTempDir({ prefix: "tsm-release-" });
  try {
    return await use(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

/** A release whose binary is another program. */
async function contents(): Promise<Contents> {
  const binary = await Deno.realPath("/bin/true");
  const documents = await makeDocuments();
  return { version: "1.2.3", binary, documents, changed: 1_700_000_000 };
}

Deno.test("the source gives the same bundle wherever it lies", async () => {
  const source = ["deno.json", "deno.lock", "main.ts", "scripts", "src"];
  const bundles = await Promise.all(
    ["a", "another/place"].map((place) =>
      withDirectory(async (dir) => {
        const copy = join(dir, place);
        await Deno.mkdir(copy, { recursive: true });
        await run("cp", ["--recursive", "-t", copy, ...source]);
        const module = join(copy, "scripts/bundle.ts");
        const script = `(await import("file://${module}")).bundle("dist/bundle")`;
        await run(Deno.execPath(), ["eval", "--quiet", `await ${script}`], copy);
        const out = join(copy, "dist/bundle");
        return [...walkSync(out, { includeDirs: false })].map(({ path }) =>
          `${relative(out, path)}\n${Deno.readTextFileSync(path)}`
        ).sort();
      })
    ),
  );
  const [first = [], second = []] = bundles;
  assert(first.length > 50, `${first.length} files`);
  assertEquals(first.map(nameIn), second.map(nameIn));
  assert(first.every((file, index) => file === second[index]), "the bundles differ");
});

function nameIn(file: string): string {
  return file.slice(0, file.indexOf("\n"));
}

testNeeding(
  ["dpkg-deb"],
  "archive and package of the same contents have the same bytes",
  async () => {
    const packed = await contents();
    const make = () =>
      withDirectory(async (dir) => {
        const archive = await packArchive(dir, "tsm-1.2.3-x86_64-linux", packed);
        const file = await makeDebianPackage(dir, X86, packed);
        assertEquals([...Deno.readDirSync(dir)].length, 2);
        return await run("sha256sum", [archive, file], dir);
      });
    const umask = Deno.umask(0o077);
    const first = await make().finally(() => Deno.umask(umask));
    assertEquals(await make(), first);
  },
);

testNeeding(["dpkg-deb", "lintian"], "lintian finds nothing in the Debian package", async () => {
  const packed = await contents();
  await withDirectory(async (dir) => {
    const file = join(dir, await makeDebianPackage(dir, X86, packed));
    const args = ["--profile", "debian", "--allow-root", "--fail-on", "error,warning", file];
    assertEquals(await run("lintian", args), "");
    const unit = await run("sh", [
      "-c",
      `dpkg-deb --fsys-tarfile "$0" | tar -xOf - ./lib/systemd/system/tsm@.service`,
      file,
    ]);
    for (const line of ["User=%i", `Environment="TSM_ROOT=/home/%i/.tsm"`, "KillMode=process"]) {
      assertStringIncludes(unit, line);
    }
  });
});

Deno.test("the notices name every library in the binary, with its licence, and no other", async () => {
  const notices = await thirdPartyNotices();
  // Releases take it from JSR, part by part.
  const { imports } = JSON.parse(Deno.readTextFileSync(join(PROJECT, "deno.json")));
  const standard = imports["@std/path/posix"].startsWith("jsr:") ? "@std/path/posix" : "deno-std";
  for (const name of ["Deno", standard, "valibot", "json5", "re2js", "get-east-asian-width"]) {
    assert(new RegExp(`^${name} \\d`, "m").test(notices), `${name} is missing`);
  }
  assert(!notices.includes("fast-check"), "fast-check is used by tests only");
});

Deno.test("a build refuses a target that there is not, and a stub for another processor", async () => {
  const build = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "scripts/build.ts", "--target", "sparc"],
    cwd: PROJECT,
    stdin: "null",
  });
  const { code, stderr } = await build.output();
  assertEquals(code, 64);
  assertEquals(
    new TextDecoder().decode(stderr),
    "build: Cannot build for 'sparc': the targets are x86_64-linux, aarch64-linux\n",
  );
  await withDirectory(async (dir) => {
    const other = Deno.build.arch === "x86_64" ? "aarch64-linux" : "x86_64-linux";
    const plan = { output: join(dir, "tsm"), target: findTarget(other) };
    const refused = (stub: string, words: string) =>
      assertRejects(() => compileBinary({ ...plan, stub }), Deno.errors.InvalidData, words);
    await refused(Deno.execPath(), `is not for ${other}`);
    await refused(join(PROJECT, "LICENSE"), "is no program");
    await refused(join(dir, "none"), "is not there");
  });
});
