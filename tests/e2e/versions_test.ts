/**
 * Two versions of tsm on one machine: the older one never replaces the supervisor of the newer
 * one, unless it is told to.
 */
import { assertEquals, assertMatch, assertNotEquals, assertStringIncludes } from "@std/assert";
import { VERSION } from "../../src/version.ts";
import { isRunning, Tsm, tsmCommand, until, withoutWaits } from "./harness.ts";
import { otherVersion } from "./other_version.ts";

/** Newer than the source, whatever that is. */
const NEWER = "99.0.0";

/** A root that this tsm and a newer one are used on. */
class TwoVersions extends Tsm {
  readonly #newer: readonly string[];

  constructor(newer: readonly string[]) {
    super();
    this.#newer = newer;
  }

  /** Runs a command of the newer one, which must succeed; gives what it said on stderr. */
  newer(...args: readonly string[]): Promise<string> {
    return this.runBy(this.#newer, ...args);
  }

  /** The same with the tsm that the words `program` run. */
  async runBy(program: readonly string[], ...args: readonly string[]): Promise<string> {
    const { code, stderr } = await this.commandBy(program, ...args).output();
    const said = withoutWaits(new TextDecoder().decode(stderr));
    assertEquals(code, 0, said);
    return said;
  }

  /** A command of that tsm that is yet to be run. */
  commandBy(program: readonly string[], ...args: readonly string[]): Deno.Command {
    const [first = "", ...words] = [...program, ...args];
    const env = { TSM_ROOT: this.root };
    return new Deno.Command(first, {
      args: words,
      cwd: this.work,
      env,
      stdout: "piped",
      stderr: "piped",
    });
  }

  /** The version of the supervisor, and its pid. */
  supervisor(): readonly [version: string, pid: number] {
    const { version, pid } = JSON.parse(this.read("runtime", "supervisor.json"));
    return [version, pid];
  }
}

Deno.test("a newer tsm replaces the supervisor; the older one then reads, and changes nothing, turn after turn", async () => {
  using newer = await otherVersion(NEWER);
  await using tsm = new TwoVersions(newer.program);
  await tsm.ok("start", "sleep 1000", "--name", "a");
  const { pid } = (await tsm.list())["a"]!;
  assertEquals(tsm.supervisor()[0], VERSION);
  assertStringIncludes(await tsm.newer("patrol"), `replacing the supervisor of version ${VERSION}`);
  const present = tsm.supervisor();
  assertEquals(present[0], NEWER);

  for (let turn = 0; turn < 3; turn++) {
    assertEquals((await tsm.list())["a"]!.pid, pid);
    assertStringIncludes(await tsm.ok("ping"), NEWER);
    await tsm.ok("describe", "a");
    for (
      const words of [
        ["restart", "a"],
        ["start", "sleep 1000", "--name", "b"],
        ["stop", "a"],
        ["patrol"],
        ["save"],
        ["shutdown"],
        ["shutdown", "--keep-processes"],
        ["supervisor"],
      ]
    ) {
      const said = await tsm.fails(69, ...words);
      assertStringIncludes(said, `newer than this tsm (${VERSION})`);
      // The binary that is to be used instead, so that nobody has to look for it.
      assertStringIncludes(said, `use ${newer.main}`);
      assertStringIncludes(said, "--downgrade");
    }
    assertEquals(await tsm.newer("reset", "a"), "");
    assertEquals(tsm.supervisor(), present);
  }
  assertEquals(Object.keys(await tsm.list()), ["a"]);

  const { code, stdout } = await tsm.run(["doctor", "--json"]);
  assertEquals(code, 1);
  const [told] = JSON.parse(stdout).filter(({ check }: { check: string }) =>
    check === "supervisor"
  );
  assertStringIncludes(told.fix, newer.main);
});

Deno.test("--downgrade replaces a newer supervisor on purpose, and the processes run on", async () => {
  using newer = await otherVersion(NEWER);
  await using tsm = new TwoVersions(newer.program);
  await tsm.newer("start", "sleep 1000", "--name", "a");
  const { pid } = (await tsm.list())["a"]!;
  const { code, stderr } = await tsm.run(["patrol", "--downgrade"]);
  assertEquals(code, 0, stderr);
  assertStringIncludes(stderr, `replacing the supervisor of version ${NEWER} by ${VERSION}`);
  assertEquals(tsm.supervisor()[0], VERSION);
  assertEquals((await tsm.list())["a"]!.pid, pid);

  // A supervisor in the foreground, as a service runs it, takes over in the same way.
  await tsm.newer("patrol");
  assertEquals(tsm.supervisor()[0], NEWER);
  const foreground = tsm.command(["supervisor", "--downgrade"]).spawn();
  try {
    await until("the older one to supervise", () => tsm.supervisor()[0] === VERSION);
    assertEquals((await tsm.list())["a"]!.pid, pid);
  } finally {
    foreground.kill("SIGTERM");
    await foreground.output();
  }
  await tsm.ok("shutdown", "--downgrade");
  assertEquals(isRunning(pid!), false);
});

Deno.test("a newer supervisor in the foreground is not replaced, and --downgrade says what does it", async () => {
  using newer = await otherVersion(NEWER);
  await using tsm = new TwoVersions(newer.program);
  const service = tsm.commandBy(newer.program, "supervisor").spawn();
  try {
    await until("the newer one to supervise", async () => (await tsm.run(["ping"])).code === 0);
    const present = tsm.supervisor();
    assertStringIncludes(await tsm.fails(69, "patrol"), "--downgrade");
    const said = await tsm.fails(69, "patrol", "--downgrade");
    assertStringIncludes(said, "in the foreground");
    assertStringIncludes(said, tsmCommand().at(-1)!);
    assertEquals(tsm.supervisor(), present);
  } finally {
    service.kill("SIGTERM");
    await service.output();
  }
});

Deno.test("a lock file that is removed gives an older tsm no way past a newer supervisor", async () => {
  using newer = await otherVersion(NEWER);
  await using tsm = new TwoVersions(newer.program);
  await tsm.newer("start", "sleep 1000", "--name", "a");
  const present = tsm.supervisor();
  Deno.removeSync(tsm.path("runtime", "supervisor.lock"));
  assertStringIncludes(await tsm.fails(69, "patrol"), `newer than this tsm (${VERSION})`);
  assertEquals(tsm.supervisor(), present);
  const { pid } = (await tsm.list())["a"]!;
  await tsm.ok("patrol", "--downgrade");
  assertEquals(tsm.supervisor()[0], VERSION);
  assertEquals((await tsm.list())["a"]!.pid, pid);
});

Deno.test("a pre-release is older than its release, and another build of a version is used as it is", async () => {
  using preRelease = await otherVersion(`${VERSION}-rc.1`);
  using build = await otherVersion(`${VERSION}+build.7`);
  await using tsm = new TwoVersions(preRelease.program);
  await tsm.newer("start", "sleep 1000", "--name", "a");
  assertEquals(tsm.supervisor()[0], `${VERSION}-rc.1`);
  await tsm.ok("patrol");
  const present = tsm.supervisor();
  assertEquals(present[0], VERSION);

  assertEquals(await tsm.runBy(build.program, "restart", "a"), "");
  assertEquals(tsm.supervisor(), present);
});

Deno.test("the version names the commit and the target, also as JSON", async () => {
  await using tsm = new Tsm();
  const text = await tsm.ok("--version");
  const { tsm: version, commit, target, deno } = JSON.parse(await tsm.ok("--version", "--json"));
  assertEquals(text, `tsm ${version} (${commit}, Deno ${deno}, ${target})\n`);
  assertEquals([version, target], [VERSION, Deno.build.target]);
  assertEquals(await tsm.ok("version"), text);
  const isBinary = Deno.env.get("TSM_BINARY") !== undefined;
  assertMatch(commit, isBinary ? /^([0-9a-f]{12}(-dirty)?|unknown)$/ : /^source$/);
  assertNotEquals(commit, "@COMMIT@");
});
