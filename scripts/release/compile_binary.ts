import { dirname, join } from "@std/path/posix";
import { bundle } from "../bundle.ts";
import { COMPILE_FLAGS } from "../compile_flags.ts";
import { sourceCommit } from "../source_commit.ts";
import type { Target } from "./targets.ts";

const PROJECT = join(import.meta.dirname!, "../..");

/** How a binary is made. */
export interface BinaryPlan {
  /** The file to write. */
  readonly output: string;
  /** What it is for; by default, what Deno runs on here. */
  readonly target?: Target | undefined;
  /** A local copy of Deno's runtime stub for that target; by default, Deno fetches it. */
  readonly stub?: string | undefined;
}

/**
 * Builds tsm: bundles the source, which makes it start faster, and compiles the bundle with the
 * permissions of `src/permissions.ts`. The same source gives the same bytes, wherever it lies.
 *
 * @throws {Deno.errors.InvalidData} if the stub cannot be used.
 * @throws {Error} if something could not be bundled or compiled; Deno has said on stderr why.
 */
export async function compileBinary({ output, target, stub }: BinaryPlan): Promise<void> {
  if (stub !== undefined) await checkStub(stub, target);
  await Deno.mkdir(dirname(output), { recursive: true });
  // Below the project, for Deno takes the directory's name into the binary, and of the path no more.
  const dir = join(PROJECT, "dist/bundle");
  await Deno.remove(dir, { recursive: true }).catch(() => {});
  await bundle(dir, await sourceCommit(PROJECT));
  // The binary tells when each of its files was written: at one and the same moment.
  for (const path of [...entriesOf(`${dir}/page`), ...entriesOf(dir)]) await Deno.utime(path, 0, 0);
  const compile = new Deno.Command(Deno.execPath(), {
    args: [
      "compile",
      ...COMPILE_FLAGS,
      ...target ? ["--target", target.triple] : [],
      // Read by its path when somebody opens it, and so found by nobody who follows imports.
      "--include=dist/bundle/page",
      "--output",
      output,
      "dist/bundle/main.js",
    ],
    cwd: PROJECT,
    env: stub === undefined ? {} : { DENORT_BIN: stub },
    stdin: "null",
  });
  if (!(await compile.spawn().status).success) {
    throw new Error(
      "the binary could not be compiled; if that is because Deno's runtime stub (denort) " +
        `could not be fetched, name a local copy of it for Deno ${Deno.version.deno}`,
    );
  }
  await Deno.remove(dir, { recursive: true });
}

function entriesOf(dir: string): string[] {
  return [...Deno.readDirSync(dir)].map(({ name }) => join(dir, name));
}

/** @throws {Deno.errors.InvalidData} if `stub` is no ELF file, or one for another processor. */
async function checkStub(stub: string, target: Target | undefined): Promise<void> {
  let header: Uint8Array;
  try {
    header = await readStart(stub, 20);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Deno.errors.InvalidData(`Deno's runtime stub '${stub}' is not there`);
  }
  // The layout is elf(5)'s: the magic number, and `e_machine` in two bytes from byte 18 on.
  const isElf = String.fromCharCode(...header.subarray(0, 4)) === "\x7fELF";
  if (!isElf || header.length < 20) {
    throw new Deno.errors.InvalidData(`Deno's runtime stub '${stub}' is no program (ELF file)`);
  }
  const machine = header[18]! | header[19]! << 8;
  if (target === undefined || machine === target.machine) return;
  throw new Deno.errors.InvalidData(
    `Deno's runtime stub '${stub}' is not for ${target.name}: its ELF machine is ${machine}, ` +
      `not ${target.machine}`,
  );
}

async function readStart(path: string, bytes: number): Promise<Uint8Array> {
  using file = await Deno.open(path);
  const buffer = new Uint8Array(bytes);
  return buffer.subarray(0, await file.read(buffer) ?? 0);
}
