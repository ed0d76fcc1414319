/**
 * What programs expect of whoever starts them, as PM2 and a shell do it.
 *
 * @module
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { testNeeding } from "../test_needing.ts";
import { Tsm, until } from "./harness.ts";

/** Awaits the last line of the log of `name`. */
async function untilLogged(tsm: Tsm, name: string, line: string): Promise<void> {
  await until(`'${line}' in the log of ${name}`, () => {
    const log = tsm.read("runtime/processes", name, "current.out");
    return log.trimEnd().split("\n").at(-1) === line || undefined;
  });
}

/** Makes `releases/N` for some N, and has the link `current` lead to the first. */
function deploy(tsm: Tsm, releases: number): void {
  for (let release = 1; release <= releases; release++) {
    Deno.mkdirSync(`${tsm.work}/releases/${release}`, { recursive: true });
    tsm.write(`releases/${release}/run.sh`, `echo release ${release}; exec sleep 600`);
  }
  Deno.symlinkSync("releases/1", `${tsm.work}/current`);
}

/** Moves the link `current`, as `ln -sfn` does it. */
function release(tsm: Tsm, to: number): void {
  Deno.symlinkSync(`releases/${to}`, `${tsm.work}/next`);
  Deno.renameSync(`${tsm.work}/next`, `${tsm.work}/current`);
}

/** A call from below the link, as a shell makes it that came there by `cd current`. */
function inCurrent(tsm: Tsm) {
  return { cwd: `${tsm.work}/current`, env: { PWD: `${tsm.work}/current` } };
}

Deno.test("what is started below a link runs the release that the link leads to at each start", async () => {
  await using tsm = new Tsm();
  deploy(tsm, 2);
  const started = await tsm.run(["start", "sh run.sh", "--name", "app"], inCurrent(tsm));
  assertEquals(started.code, 0, started.stderr);
  await untilLogged(tsm, "app", "release 1");
  assertEquals((await tsm.list())["app"]!.cwd, `${tsm.work}/current`);
  release(tsm, 2);
  await tsm.ok("restart", "app");
  await untilLogged(tsm, "app", "release 2");
  Deno.removeSync(`${tsm.work}/releases/1`, { recursive: true });
  await tsm.ok("restart", "app");
});

Deno.test("a PWD that names another directory, or none, is not believed", async () => {
  await using tsm = new Tsm();
  for (const PWD of ["/", "/nowhere", "work", `${tsm.work}/../work`]) {
    await tsm.run(["start", "sleep 600", "--name", "app", "--force"], { env: { PWD } });
    assertEquals((await tsm.list())["app"]!.cwd, tsm.work, PWD);
  }
});

Deno.test("a file below a moved link is still the file that started its processes", async () => {
  await using tsm = new Tsm();
  deploy(tsm, 2);
  for (const number of [1, 2]) {
    tsm.write(`releases/${number}/tsm.jsonc`, `{"processes": {"app": "sh run.sh"}}`);
  }
  const first = await tsm.run(["apply"], inCurrent(tsm));
  assertEquals(first.code, 0, first.stderr);
  release(tsm, 2);
  const second = await tsm.run(["apply"], inCurrent(tsm));
  assertEquals(second.code, 0, second.stderr);
  await tsm.ok("restart", "app");
  await untilLogged(tsm, "app", "release 2");
});

Deno.test("a process finds its working directory in PWD, its links as they are", async () => {
  await using tsm = new Tsm();
  deploy(tsm, 1);
  await tsm.run(["start", `sh -c 'echo "$PWD"; pwd'`, "--name", "app"], inCurrent(tsm));
  const log = await until("both lines", () => {
    const lines = tsm.read("runtime/processes/app/current.out").trimEnd().split("\n");
    return lines.length >= 2 ? lines : undefined;
  });
  assertEquals(log.slice(0, 2), [`${tsm.work}/current`, `${tsm.work}/current`]);
});

testNeeding(
  ["python3"],
  "an executable script without '#!' is run by its extension: its backticks are its own",
  async () => {
    await using tsm = new Tsm();
    tsm.write(
      "app.py",
      "# `touch executed`\nprint('by python')\nimport time; time.sleep(600)\n",
      0o755,
    );
    await tsm.ok("start", "./app.py", "--name", "app");
    await untilLogged(tsm, "app", "by python");
    assert(![...Deno.readDirSync(tsm.work)].some(({ name }) => name === "executed"));
    tsm.write("text", "echo hello\n", 0o755);
    assertStringIncludes(await tsm.fails(64, "start", "./text"), "'#!/bin/sh'");
    assertEquals(Object.keys(await tsm.list()), ["app"]);
  },
);

testNeeding(
  ["python3"],
  "what Python prints is in the log at once, unless its user buffers it",
  async () => {
    await using tsm = new Tsm();
    tsm.write("app.py", "import time\nprint('hello')\ntime.sleep(600)\n");
    await tsm.ok("start", "app.py", "--name", "app");
    await untilLogged(tsm, "app", "hello");
    assertStringIncludes(await tsm.ok("env", "app"), "PYTHONUNBUFFERED=1\n");
    await tsm.ok("start", "app.py", "--name", "own", "--env", "PYTHONUNBUFFERED=");
    assertStringIncludes(await tsm.ok("env", "own"), "PYTHONUNBUFFERED=\n");
  },
);
