import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { fromFileUrl } from "@std/path/posix";
import { removeIfThere, removeTree, replaceFile } from "../../src/files/replace_file.ts";
import { TemporaryRoot } from "../temporary_root.ts";

const MODULE = new URL("../../src/files/replace_file.ts", import.meta.url).href;

function names(directory: string): string[] {
  return [...Deno.readDirSync(directory)].map(({ name }) => name).sort();
}

Deno.test("a file is made or replaced whole, and no temporary file stays", () => {
  using temporary = new TemporaryRoot();
  const path = `${temporary.work}/state.json`;
  replaceFile(path, "a long first text");
  replaceFile(path, "short");
  assertEquals(Deno.readTextFileSync(path), "short");
  assertEquals(names(temporary.work), ["state.json"]);
});

Deno.test("a replaced file is another file: who reads the old one reads on in it", () => {
  using temporary = new TemporaryRoot();
  const path = temporary.write("state.json", "old");
  using reader = Deno.openSync(path);
  replaceFile(path, "new");
  const buffer = new Uint8Array(8);
  assertEquals(new TextDecoder().decode(buffer.subarray(0, reader.readSync(buffer)!)), "old");
});

Deno.test("a file gets the mode that is asked for, also where a looser one was", () => {
  using temporary = new TemporaryRoot();
  const path = temporary.write("token", "old", 0o644);
  replaceFile(path, "secret", { mode: 0o600 });
  assertEquals(Deno.statSync(path).mode! & 0o777, 0o600);
});

Deno.test("where the temporary file cannot be written, the old file is untouched", () => {
  using temporary = new TemporaryRoot();
  const path = temporary.write("state.json", "old");
  Deno.mkdirSync(`${path}.tmp/full`, { recursive: true });
  assertThrows(() => replaceFile(path, "new"));
  assertEquals(Deno.readTextFileSync(path), "old");
});

Deno.test("where the disk fills up midway, the old file is untouched and no torso stays", () => {
  using temporary = new TemporaryRoot();
  const path = temporary.write("state.json", "old");
  // Bundled, for below Deno has a cache of its own, with no package in it.
  const bundle = `${temporary.base}/replace_file.js`;
  const args = ["bundle", "--quiet", "--output", bundle, fromFileUrl(MODULE)];
  assert(new Deno.Command(Deno.execPath(), { args }).outputSync().success);
  // A limit on the size of files fails as a full disk does: some bytes in.
  const script = `
    const { replaceFile } = await import(${JSON.stringify(`file://${bundle}`)});
    replaceFile(${JSON.stringify(path)}, "x".repeat(50_000_000));
  `;
  const { code, stderr } = new Deno.Command("/bin/sh", {
    args: [
      "-c",
      "trap '' XFSZ; ulimit -f 40000; exec \"$@\"",
      "sh",
      Deno.execPath(),
      "eval",
      script,
    ],
    // Its cache of all there is may be past the limit.
    env: { DENO_DIR: `${temporary.base}/cache` },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).outputSync();
  assertEquals(code, 1);
  assertStringIncludes(new TextDecoder().decode(stderr), "File too large");
  assertEquals(Deno.readTextFileSync(path), "old");
  assertEquals(names(temporary.work), ["state.json"]);
});

Deno.test("where the place is taken by a directory, the error is told and no torso stays", () => {
  using temporary = new TemporaryRoot();
  const path = `${temporary.work}/state.json`;
  Deno.mkdirSync(path);
  assertThrows(() => replaceFile(path, "new"));
  assertEquals(names(temporary.work), ["state.json"]);
});

Deno.test("what is missing can be removed", () => {
  using temporary = new TemporaryRoot();
  removeIfThere(`${temporary.work}/missing`);
  removeTree(`${temporary.work}/missing`);
});

Deno.test("a tree is removed with all in it, but not what its links lead to", () => {
  using temporary = new TemporaryRoot();
  const kept = temporary.write("kept", "still here");
  Deno.mkdirSync(`${temporary.work}/tree/sub`, { recursive: true });
  Deno.symlinkSync(temporary.work, `${temporary.work}/tree/sub/link`);
  removeTree(`${temporary.work}/tree`);
  assertEquals(names(temporary.work), ["kept"]);
  assertEquals(Deno.readTextFileSync(kept), "still here");
});

Deno.test("a directory that is not empty is no file to remove", () => {
  using temporary = new TemporaryRoot();
  Deno.mkdirSync(`${temporary.work}/tree/sub`, { recursive: true });
  assertThrows(() => removeIfThere(`${temporary.work}/tree`));
});
