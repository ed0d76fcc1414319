/**
 * What a process that runs as another user brings along takes effect as that user, never as root.
 *
 * @module
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { ROOT_USER, testNeeding } from "../test_needing.ts";
import { Tsm, until } from "./harness.ts";

/** A directory that the user `nobody` owns; it is removed with the test's own. */
function nobodysDirectory(tsm: Tsm): string {
  const dir = `${tsm.work}/nobodys`;
  Deno.mkdirSync(dir);
  Deno.chownSync(dir, 65534, 65534);
  for (const path of [tsm.work, tsm.work.slice(0, tsm.work.lastIndexOf("/"))]) {
    Deno.chmodSync(path, 0o755);
  }
  return dir;
}

function log(tsm: Tsm, name: string, file = "current.out"): string {
  return tsm.read("runtime/processes", name, file);
}

/** Awaits a line in the log of `name`. */
async function untilLogged(tsm: Tsm, name: string, line: string): Promise<void> {
  await until(`'${line}' in the log of ${name}`, () => {
    return log(tsm, name).split("\n").includes(line) || undefined;
  });
}

const AS_NOBODY = ["--user", "nobody", "--cwd", "/"];

testNeeding([ROOT_USER, "cc"], "a library of the user's is never loaded by root", async () => {
  await using tsm = new Tsm();
  const dir = nobodysDirectory(tsm);
  const source = `
    #include <fcntl.h>
    #include <stdio.h>
    #include <unistd.h>
    __attribute__((constructor)) static void loaded(void) {
      int file = open("${dir}/loaded", O_WRONLY | O_CREAT | O_APPEND, 0666);
      dprintf(file, "%d\\n", geteuid());
    }`;
  tsm.write("spy.c", source);
  const built = await new Deno.Command("cc", {
    args: ["-shared", "-fPIC", "-o", `${dir}/spy.so`, `${tsm.work}/spy.c`],
  }).output();
  assert(built.success);
  tsm.write(".env", `LD_PRELOAD=${dir}/spy.so\n`, 0o644);
  const hooks = ["--pre-start", "true", "--health-cmd", "true", "--wait-ready", "health"];
  await tsm.ok(
    "start",
    "sleep 600",
    "--name",
    "x",
    ...AS_NOBODY,
    "--env-file",
    ".env",
    "--nice",
    "1",
    ...hooks,
  );
  await tsm.ok("restart", "x");
  const uids = new Set(Deno.readTextFileSync(`${dir}/loaded`).trim().split("\n"));
  assertEquals([...uids], ["65534"]);
});

testNeeding(
  [ROOT_USER],
  "a directory that only root may enter is entered by nobody else",
  async () => {
    await using tsm = new Tsm();
    const dir = nobodysDirectory(tsm);
    const secret = `${tsm.work}/secret`;
    Deno.mkdirSync(secret, { mode: 0o700 });
    Deno.symlinkSync(secret, `${dir}/way`);
    const said = await tsm.fails(
      1,
      "start",
      "pwd; sleep 600",
      "--name",
      "x",
      "--user",
      "nobody",
      "--cwd",
      `${dir}/way`,
    );
    assertStringIncludes(said, "may not enter");
    assertEquals(await tsm.list(), {});
  },
);

testNeeding(
  [ROOT_USER],
  "an env file is read as its user: a link to root's file gives nothing",
  async () => {
    await using tsm = new Tsm();
    const dir = nobodysDirectory(tsm);
    tsm.write("roots", "PASSWORD=hunter2\nnot a line\n", 0o600);
    Deno.symlinkSync(`${tsm.work}/roots`, `${dir}/.env`);
    const said = await tsm.fails(
      64,
      "start",
      "sleep 600",
      "--name",
      "x",
      ...AS_NOBODY,
      "--env-file",
      `${dir}/.env`,
    );
    assertStringIncludes(said, "user 'nobody' may not read it");
    assert(!said.includes("hunter2") && !said.includes("not a line"), said);
  },
);

Deno.test("an env file that is a fifo, a device or too large is refused at once", async () => {
  await using tsm = new Tsm();
  const fifo = `${tsm.work}/fifo`;
  await new Deno.Command("mkfifo", { args: [fifo] }).output();
  tsm.write("large", `A=${"x".repeat(1024 * 1024)}\n`);
  for (
    const [path, why] of [[fifo, "plain file"], ["/dev/zero", "plain file"], ["large", "maximum"]]
  ) {
    const said = await tsm.fails(64, "start", "sleep 600", "--env-file", path!);
    assertStringIncludes(said, why!);
  }
  await new Deno.Command("mkfifo", { args: [`${tsm.work}/tsm.jsonc`] }).output();
  assertStringIncludes(await tsm.fails(64, "validate"), "plain file");
  // One that becomes a fifo later does not hold up the supervisor either.
  tsm.write(".env", "A=1\n");
  await tsm.ok("start", "sleep 600", "--name", "x", "--env-file", ".env");
  Deno.removeSync(`${tsm.work}/.env`);
  await new Deno.Command("mkfifo", { args: [`${tsm.work}/.env`] }).output();
  assertStringIncludes(await tsm.fails(1, "restart", "x"), "plain file");
  assertEquals((await tsm.list())["x"]!.status, "online");
});

testNeeding(
  [ROOT_USER],
  "a process with a user gets a login's environment, not that of root's shell",
  async () => {
    await using tsm = new Tsm();
    const { code, stderr } = await tsm.run(
      ["start", "env; sleep 600", "--name", "x", ...AS_NOBODY, "--env", "GIVEN=yes"],
      { env: { ROOTS: "own", SUDO_USER: "somebody" } },
    );
    assertEquals(code, 0, stderr);
    await untilLogged(tsm, "x", "GIVEN=yes");
    const lines = log(tsm, "x").split("\n");
    for (const line of ["USER=nobody", "LOGNAME=nobody", "PATH=/usr/local/bin:/usr/bin:/bin"]) {
      assert(lines.includes(line), `${line} in ${lines}`);
    }
    assert(!lines.some((line) => /^(ROOTS|SUDO_USER|TSM_TEST)/.test(line)), lines.join(" "));
    assert(lines.includes("TSM_NAME=x"));
    const shown = (await tsm.ok("env", "x")).trimEnd().split("\n");
    assert(shown.includes("USER=nobody") && shown.includes("GIVEN=yes"), shown.join(" "));
    assert(!shown.some((line) => line.startsWith("ROOTS=")), shown.join(" "));
  },
);

testNeeding(
  [ROOT_USER, "python3", "ps"],
  "variables of any name reach a process with a user, and none stands in argv",
  async () => {
    await using tsm = new Tsm();
    const program = tsm.write(
      "show.py",
      [
        "import os, time",
        "for name in ('spring.datasource.password', 'IFS', 'cwd', 'nice', 'A'): print(repr(os.environ.get(name)))",
        "time.sleep(600)",
      ].join("\n"),
    );
    nobodysDirectory(tsm);
    const value = 'it\'s "$HOME" `id`\nand a \\ line';
    const variables = [
      `spring.datasource.password=hunter2`,
      "IFS=x",
      "cwd=/y",
      "nice=z",
      `A=${value}`,
    ];
    for (const [name, flags] of [["as", AS_NOBODY], ["limited", ["--nofile", "512"]]] as const) {
      await tsm.ok(
        "start",
        "--name",
        name,
        ...flags,
        ...variables.flatMap((variable) => ["--env", variable]),
        "--",
        "/usr/bin/python3",
        program,
      );
      const expected = ["'hunter2'", "'x'", "'/y'", "'z'"];
      await until("all five", () => log(tsm, name).split("\n").length > 5 || undefined);
      assertEquals(log(tsm, name).split("\n").slice(0, 4), expected, name);
      const { pid } = (await tsm.list())[name]!;
      const session = await new Deno.Command("ps", { args: ["-o", "args=", "-s", `${pid}`] })
        .output();
      assert(!new TextDecoder().decode(session.stdout).includes("hunter2"));
    }
  },
);

testNeeding(
  [ROOT_USER],
  "the logs of a process with a user belong to it, and gain no privileges",
  async () => {
    await using tsm = new Tsm();
    const script = "echo by path >/dev/stderr; grep NoNewPrivs /proc/self/status; sleep 600";
    await tsm.ok("start", script, "--name", "x", ...AS_NOBODY);
    await untilLogged(tsm, "x", "NoNewPrivs:\t1");
    assertEquals(log(tsm, "x", "current.err"), "by path\n");
    await tsm.rotate("x");
    await tsm.ok("restart", "x");
    await untilLogged(tsm, "x", "NoNewPrivs:\t1");
  },
);

testNeeding([ROOT_USER], "a log pipe's command runs as the user of its process", async () => {
  await using tsm = new Tsm();
  const pipe = "id -un; id -G; grep NoNewPrivs /proc/self/status; exec cat";
  const script = "id -un >&2; echo begun; exec sleep 1000";
  await tsm.ok("start", script, "--name", "x", ...AS_NOBODY, "--log-pipe", pipe);
  const groups = await new Deno.Command("id", { args: ["-G", "nobody"] }).output();
  const expected = ["nobody", new TextDecoder().decode(groups.stdout).trim(), "NoNewPrivs:\t1"];
  await untilLogged(tsm, "x", "begun");
  assertEquals(log(tsm, "x").split("\n").slice(0, 3), expected);
  await tsm.ok("restart", "x");
  await until("both runs", () => log(tsm, "x").split("begun\n").length === 3);
  assertEquals(log(tsm, "x").split("begun\n")[1]!.split("\n").slice(0, 3), expected);
});

testNeeding(
  [ROOT_USER, "bash"],
  "a function of bash's in the user's environment is never called by root",
  async () => {
    await using tsm = new Tsm();
    const dir = nobodysDirectory(tsm);
    const spy = `() { id -u >>${dir}/called; command exec "$@"; }`;
    await tsm.ok(
      "start",
      "exec sleep 600",
      "--name",
      "x",
      ...AS_NOBODY,
      ...["exec", "shift", "cd"].flatMap((name) => ["--env", `BASH_FUNC_${name}%%=${spy}`]),
    );
    const called = await Deno.readTextFile(`${dir}/called`).catch(() => "");
    assert(!called.split("\n").includes("0"), called);
  },
);
