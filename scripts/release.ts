/**
 * Makes what is published of a version, in `dist/release`: for each target an archive and a Debian
 * package, `install.sh`, and the checksums of them all. The same commit gives the same bytes.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { join, resolve } from "@std/path/posix";
import { messageOf } from "../src/errors.ts";
import { VERSION } from "../src/version.ts";
import { packArchive } from "./release/archive.ts";
import { compileBinary } from "./release/compile_binary.ts";
import { makeDebianPackage } from "./release/debian_package.ts";
import { makeDocuments } from "./release/documents.ts";
import { runTool } from "./release/run_tool.ts";
import { findTarget, TARGETS } from "./release/targets.ts";

const PROJECT = join(import.meta.dirname!, "..");
const HELP = `Makes what is published of a version, in dist/release, in the place of what is there.

  --output DIR    somewhere else
  --target NAME   for one target only; may be given several times
  --releases URL  where releases will lie, for install.sh: https://github.com/OWNER/tsm/releases
  --stubs DIR     take Deno's runtime stubs from DIR, which has denort-${Deno.version.deno}-TARGET for
                  each target, as .ci/denort leaves them; for networks that do not reach Deno's
                  download host, and never for what is published`;

const args = parseArgs(Deno.args, {
  string: ["output", "releases", "stubs", "target"],
  boolean: ["help"],
  collect: ["target"],
  unknown: (word) => {
    console.error(`release: '${word}' is not known; see --help`);
    Deno.exit(64);
  },
});
if (args.help) {
  console.log(HELP);
  Deno.exit(0);
}

try {
  const named = (args.target as readonly string[]).map(findTarget);
  await release({
    output: resolve(String(args.output ?? join(PROJECT, "dist/release"))),
    targets: named.length > 0 ? named : TARGETS,
    releases: String(args.releases ?? ""),
    stubs: typeof args.stubs === "string" ? resolve(args.stubs) : undefined,
  });
} catch (error) {
  console.error(`release: ${messageOf(error)}`);
  Deno.exit(error instanceof Deno.errors.InvalidData ? 64 : 1);
}

async function release({ output, targets, releases, stubs }: {
  readonly output: string;
  readonly targets: typeof TARGETS;
  readonly releases: string;
  readonly stubs: string | undefined;
}): Promise<void> {
  await Deno.mkdir(output, { recursive: true });
  // Files of another version would go into the image, and be uploaded.
  for (const { name } of [...Deno.readDirSync(output)]) {
    if (/^tsm[-_].*\.(tar\.gz|deb)$/.test(name)) await Deno.remove(join(output, name));
  }
  const changed = await changeTime();
  const documents = await makeDocuments();
  const files = ["install.sh"];
  await writeInstaller(join(output, "install.sh"), releases);
  for (const target of targets) {
    const binary = join(PROJECT, "dist", target.name, "tsm");
    const stub = stubs && join(stubs, `denort-${Deno.version.deno}-${target.name}`);
    await compileBinary({ output: binary, target, stub });
    const contents = { version: VERSION, binary, documents, changed };
    files.push(await packArchive(output, `tsm-${VERSION}-${target.name}`, contents));
    files.push(await makeDebianPackage(output, target, contents));
  }
  const sums = await runTool(["sha256sum", "--", ...files.sort()], { cwd: output });
  await Deno.writeTextFile(join(output, "SHA256SUMS"), `${sums}\n`);
  console.log(sums);
}

/** Writes the published copy of `install.sh`, which knows where releases lie. */
async function writeInstaller(path: string, releases: string): Promise<void> {
  if (!/^[\w:/.@-]*$/.test(releases)) {
    throw new Deno.errors.InvalidData(`Cannot use '${releases}' as the address of releases`);
  }
  const script = await Deno.readTextFile(join(PROJECT, "install.sh"));
  await Deno.writeTextFile(path, script.replace(/^releases=$/m, `releases=${releases}`));
  await Deno.chmod(path, 0o755);
}

/** When the commit was made, or what SOURCE_DATE_EPOCH says, in seconds since the epoch. */
async function changeTime(): Promise<number> {
  const given = Deno.env.get("SOURCE_DATE_EPOCH");
  const text = given ?? await runTool(["git", "log", "-1", "--format=%ct"], { cwd: PROJECT });
  if (/^\d+$/.test(text)) return Number(text);
  throw new Deno.errors.InvalidData(
    `Cannot use SOURCE_DATE_EPOCH '${text}': it is a number of seconds since 1970`,
  );
}
