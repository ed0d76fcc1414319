import { assert, assertEquals, assertMatch } from "@std/assert";
import { PERMISSION_FLAGS } from "../../src/permissions.ts";
import { testNeeding, TRACE } from "../test_needing.ts";
import { isRunning, Tsm, tsmCommand } from "./harness.ts";

/** Runs a script with tsm's own permissions, as the supervisor has them: in the root. */
async function runConfined(cwd: string, script: string): Promise<string> {
  const path = await Deno.makeTempFile({ suffix: ".ts" });
  await Deno.writeTextFile(path, script);
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-config", ...PERMISSION_FLAGS, path],
    cwd,
    stdin: "null",
  }).output();
  await Deno.remove(path);
  return new TextDecoder().decode(stdout);
}

Deno.test("the supervisor's permissions let it write in the root and nowhere else", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "x");
  const said = await runConfined(
    tsm.root,
    `
    for (const path of ["inside", ${JSON.stringify(`${tsm.work}/absolute`)}, "../work/up"]) {
      try {
        Deno.writeTextFileSync(path, "x");
        console.log("wrote", path);
      } catch (error) {
        console.log(error.name, path);
      }
    }`,
  );
  assertEquals(said, `wrote inside\nNotCapable ${tsm.work}/absolute\nNotCapable ../work/up\n`);
  assertEquals([...Deno.readDirSync(tsm.work)], []);
});

Deno.test("a process directory that is a symlink is refused, and nothing is written behind it", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "x");
  const outside = `${tsm.work}/outside`;
  Deno.mkdirSync(outside);
  Deno.symlinkSync(outside, tsm.path("runtime/processes/y"));
  assertMatch(await tsm.fails(1, "start", "sleep 1000", "--name", "y"), /in the way/);
  assertEquals([...Deno.readDirSync(outside)], []);

  // One that becomes a symlink while its process is managed.
  await tsm.ok("stop", "--keep", "x");
  Deno.renameSync(tsm.path("runtime/processes/x"), `${outside}/x`);
  Deno.symlinkSync(`${outside}/x`, tsm.path("runtime/processes/x"));
  const before = Deno.readTextFileSync(`${outside}/x/meta.json`);
  const result = await tsm.run(["start", "x"]);
  assert(result.code !== 0, result.stdout);
  assertMatch(result.stderr, /symbolic link/);
  assertEquals(Deno.readTextFileSync(`${outside}/x/meta.json`), before);
});

Deno.test("a root whose runtime directory is a symlink is refused", async () => {
  await using tsm = new Tsm();
  Deno.mkdirSync(tsm.root);
  Deno.mkdirSync(`${tsm.work}/outside`);
  Deno.symlinkSync(`${tsm.work}/outside`, tsm.path("runtime"));
  assertMatch(await tsm.fails(64, "start", "sleep 9"), /symbolic link/);
  assertEquals([...Deno.readDirSync(`${tsm.work}/outside`)], []);
});

/** Commands that only tell, and one that has the supervisor do something. */
const CLIENT_COMMANDS: readonly (readonly string[])[] = [
  ["ls"],
  ["logs", "x", "--no-follow"],
  ["describe", "x"],
  ["env", "x"],
  ["validate", "tsm.jsonc"],
  ["validate", "ecosystem.config.js"],
  ["apply", "tsm.jsonc", "--dry-run"],
  ["export", "systemd", "tsm.jsonc"],
  ["doctor"],
  ["events"],
  ["history", "x"],
  ["report"],
  ["get"],
  ["restart", "x"],
];

/** What a line of strace must not be: a file opened for writing, or a path changed. */
const WRITE = new RegExp(
  "O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|" +
    String
      .raw`^\d+ +(mkdir|rmdir|unlink|rename|symlink|link|mknod|f?chmod|f?chown|f?truncate|utime)`,
);

testNeeding(
  TRACE,
  "the client writes nothing: strace sees it open no file for writing",
  async () => {
    await using tsm = new Tsm();
    tsm.write("tsm.jsonc", '{ "processes": { "y": { "command": "sleep 1000" } } }');
    tsm.write("ecosystem.config.js", "module.exports = { apps: [{ name: 'y', script: 'y.js' }] };");
    tsm.write("y.js", "");
    await tsm.ok("start", "sleep 1000", "--name", "x");
    const trace = `${tsm.work}/trace`;
    const denoDir = JSON.parse(
      new TextDecoder().decode(
        (await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output()).stdout,
      ),
    ).denoDir;
    for (const args of CLIENT_COMMANDS) {
      const calls = "trace=%file,ftruncate,fchmod,fchown";
      const words = ["strace", "-f", "-qq", "-y", "-e", calls, "-o", trace];
      const traced = await tsm.shell(`exec ${words.join(" ")} "$@"`, args).output();
      // Of a machine without an init doctor has something to say.
      if (args[0] !== "doctor") {
        assertEquals(traced.code, 0, `${args}: ${new TextDecoder().decode(traced.stderr)}`);
      }
      const lines = (await Deno.readTextFile(trace)).split("\n");
      assert(lines.some((line) => line.includes("openat(")), "nothing was traced");
      const writes = lines.filter((line) =>
        WRITE.test(line) && !/"\/(dev|proc)\//.test(line) && !line.includes(denoDir)
      );
      assertEquals(writes, [], args.join(" "));
    }
  },
);

testNeeding(TRACE, "ls with a supervisor runs no program", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "x");
  assert(isRunning(tsm.supervisorPid()));
  const trace = `${tsm.work}/trace`;
  const [program, ...words] = [...tsmCommand(), "ls"];
  await new Deno.Command("strace", {
    args: ["-f", "-qq", "-e", "trace=execve", "-o", trace, program!, ...words],
    env: { TSM_ROOT: tsm.root },
    stdin: "null",
    stdout: "null",
  }).output();
  assertEquals((await Deno.readTextFile(trace)).match(/execve\(/g)?.length, 1);
});
