import {
  assert,
  assertEquals,
  assertMatch,
  assertNotMatch,
  assertStringIncludes,
} from "@std/assert";
import { fromFileUrl, join } from "@std/path/posix";
import { COMPILE_FLAGS } from "../scripts/compile_flags.ts";
import { PERMISSION_FLAGS } from "../src/permissions.ts";
import { TemporaryRoot } from "./temporary_root.ts";

const PROJECT = fromFileUrl(new URL("..", import.meta.url));

function read(path: string): string {
  return Deno.readTextFileSync(join(PROJECT, path));
}

Deno.test("tsm never has all permissions, nor FFI, and never asks for more", () => {
  assert(PERMISSION_FLAGS.includes("--no-prompt"));
  const names = PERMISSION_FLAGS.map((flag) => flag.split("=")[0]);
  for (
    const name of ["-A", "--allow-all", "--allow-ffi", "-P", "--permission-set", "--allow-import"]
  ) {
    assert(!names.includes(name), name);
  }
  for (const flag of PERMISSION_FLAGS) {
    assertMatch(flag, /^--(no-prompt|unstable-net|allow-[a-z]+(=\S+)?)$/);
  }
});

Deno.test("tsm writes to its working directory only, and listens to this machine only", () => {
  const of = (name: string) =>
    PERMISSION_FLAGS.filter((flag) => flag.startsWith(`--allow-${name}`));
  assertEquals(of("write"), ["--allow-write=."]);
  assertEquals(of("net"), ["--allow-net=127.0.0.1,localhost,[::1]"]);
});

Deno.test("the task 'tsm' takes its flags from src/permissions.ts", async () => {
  const { tasks } = JSON.parse(read("deno.json"));
  const command: string = tasks.tsm.command;
  assertStringIncludes(command, "scripts/permission_flags.ts");
  assertNotMatch(command, /--allow|(^|\s)-A\b|--no-prompt/);
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", join(PROJECT, "scripts/permission_flags.ts")],
  }).output();
  assertEquals(new TextDecoder().decode(stdout), `${PERMISSION_FLAGS.join(" ")}\n`);
});

Deno.test("a supervisor from source takes its flags from src/permissions.ts", () => {
  const text = read("src/program/own_command.ts");
  assertMatch(text, /import \{ PERMISSION_FLAGS \} from "[./a-z]*\/permissions\.ts"/);
  assertMatch(text, /\.\.\.PERMISSION_FLAGS/);
  assertNotMatch(text, /--allow|"-A"/);
});

Deno.test("the binary is compiled with these flags, and no permission beyond", () => {
  const allowed = (flags: readonly string[]) =>
    flags.filter((flag) => /^--(allow|no-p|unstable)/.test(flag));
  assertEquals(allowed(COMPILE_FLAGS), allowed(PERMISSION_FLAGS));
  assert(!COMPILE_FLAGS.includes("-A"));
  const build = read("scripts/release/compile_binary.ts");
  assertMatch(build, /"compile",\s+\.\.\.COMPILE_FLAGS,/);
  assertNotMatch(build, /--allow|"-A"/);
});

Deno.test("the binary keeps no code cache, which would lie where others can plant one", () => {
  assert(COMPILE_FLAGS.includes("--no-code-cache"));
});

Deno.test("a permission is nowhere given to the source by a file of its own", () => {
  const config = JSON.parse(read("deno.json"));
  assertEquals(config.permissions, undefined);
});

/** Runs a script with tsm's permissions, in `cwd`; gives what it printed. */
function runConfined(script: string, cwd: string): string {
  const { stdout, stderr } = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-config", ...PERMISSION_FLAGS, script],
    cwd,
    stdin: "null",
  }).outputSync();
  return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
}

Deno.test("with these flags Deno itself refuses a write outside of the working directory", () => {
  using temporary = new TemporaryRoot();
  const script = temporary.write(
    "try.ts",
    `const tries: Record<string, () => unknown> = {
      inside: () => Deno.writeTextFileSync("inside", ""),
      above: () => Deno.writeTextFileSync("../above", ""),
      absolute: () => Deno.writeTextFileSync(${JSON.stringify(`${temporary.base}/absolute`)}, ""),
      renamed: () => Deno.renameSync("inside", "../renamed"),
      symlink: () => Deno.symlinkSync("/etc", "link"),
      ffi: () => Deno.dlopen("libc.so.6", {}),
      remote: () => Deno.listen({ hostname: "0.0.0.0", port: 0 }),
    };
    for (const [name, attempt] of Object.entries(tries)) {
      try {
        attempt();
        console.log(name, "done");
      } catch (error) {
        console.log(name, (error as Error).name);
      }
    }`,
  );
  const cwd = `${temporary.base}/cwd`;
  Deno.mkdirSync(cwd);
  assertEquals(runConfined(script, cwd).trim().split("\n"), [
    "inside done",
    "above NotCapable",
    "absolute NotCapable",
    "renamed NotCapable",
    "symlink NotCapable",
    "ffi NotCapable",
    "remote NotCapable",
  ]);
  assertEquals([...Deno.readDirSync(cwd)].map(({ name }) => name), ["inside"]);
});

Deno.test("the client gives up writing before it loads anything", () => {
  const text = read("main.ts").replace(/^[ \t]*\/?\*.*$/gm, "");
  const revoked = text.indexOf('Deno.permissions.revokeSync({ name: "write" })');
  assert(revoked !== -1 && revoked < text.indexOf("./src/cli/main.ts"));
  assertNotMatch(text, /^import /m);
});
