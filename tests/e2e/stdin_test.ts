import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { ROOT_USER, testNeeding } from "../test_needing.ts";
import { Tsm, until } from "./harness.ts";

function log(tsm: Tsm, name: string): string {
  return tsm.read("runtime/processes", name, "current.out");
}

/** Awaits a line in the log of `name`. */
async function untilLogged(tsm: Tsm, name: string, line: string): Promise<void> {
  await until(`'${line}' in the log of ${name}`, () => {
    return log(tsm, name).split("\n").includes(line) || undefined;
  });
}

/** Prints what it reads, and how its input ended. */
const ECHO = `while read -r line; do echo "<$line>"; done; echo end`;

Deno.test("standard input never ends, also when the supervisor is killed, and takes what is sent", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", ECHO, "--name", "echo");
  assertEquals(await tsm.ok("send", "echo", "hello", "there"), "Sent to echo\n");
  await untilLogged(tsm, "echo", "<hello there>");
  await tsm.killSupervisor();
  await tsm.ok("send", "echo", "again");
  await untilLogged(tsm, "echo", "<again>");
  const { restarts, status } = (await tsm.list())["echo"]!;
  assertEquals({ restarts, status }, { restarts: 0, status: "online" });
  assert(!log(tsm, "echo").includes("end"));
});

Deno.test("with --stdin null there is nothing to read, and nothing is sent", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", `${ECHO}; exec sleep 600`, "--name", "deaf", "--stdin", "null");
  await untilLogged(tsm, "deaf", "end");
  assertStringIncludes(await tsm.fails(64, "send", "deaf", "x"), "--stdin open");
  await tsm.ok("stop", "--keep", "deaf");
  assertStringIncludes(await tsm.fails(66, "send", "deaf", "x"), "it does not run");
});

Deno.test("a program that does not read is given up, and said how much it took", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "exec sleep 600", "--name", "busy");
  const large = "x".repeat(100_000);
  const said = await tsm.fails(1, "send", "busy", large);
  assertMatch(said, /Cannot send to 'busy': its standard input is full.*65536 of 100001 bytes/);
  await tsm.ok("ping");
});

Deno.test("what lies in the place of the input is told, and nothing is started", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "exec sleep 600", "--name", "x");
  const path = tsm.path("runtime/stdin/x");
  Deno.removeSync(path);
  Deno.mkdirSync(path);
  assertStringIncludes((await tsm.run(["restart", "x"])).stderr, "--stdin null");
});

testNeeding([ROOT_USER], "a process with a user or limits has its input too", async () => {
  await using tsm = new Tsm();
  const flags = { user: ["--user", "nobody", "--cwd", "/"], limited: ["--nofile", "256"] };
  for (const [name, given] of Object.entries(flags)) {
    await tsm.ok("start", ECHO, "--name", name, ...given);
    await tsm.ok("send", name, "hello");
    await untilLogged(tsm, name, "<hello>");
  }
});

Deno.test("attach shows the log and sends what is typed; the supervisor may die meanwhile", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", ECHO, "--name", "echo");
  const attached = tsm.command(["attach", "echo"], { stdin: "piped" }).spawn();
  let shown = "";
  const reading = (async () => {
    for await (const text of attached.stdout.pipeThrough(new TextDecoderStream())) shown += text;
  })();
  const typing = attached.stdin.getWriter();
  const type = (text: string) => typing.write(new TextEncoder().encode(text));
  try {
    await type("one\n");
    await until("its answer", () => shown.includes("<one>") || undefined);
    await tsm.killSupervisor();
    await type("two\n");
    await until("the next answer", () => shown.includes("<two>") || undefined);
    await typing.close();
    await tsm.ok("send", "echo", "three");
    await until("what others send", () => shown.includes("<three>") || undefined);
  } finally {
    attached.kill("SIGTERM");
    await attached.status;
    await attached.stderr.cancel();
    await reading;
  }
  assertEquals((await tsm.list())["echo"]!.status, "online");
});
