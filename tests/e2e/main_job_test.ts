import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { freePort, isRunning, Tsm, until } from "./harness.ts";

const SERVER = `
Deno.serve({ port: Number(Deno.env.get("PORT")), hostname: "127.0.0.1", onListen: () =>
  console.log("listening") }, () => new Response("hello"));
`;

Deno.test("the README's first example works to the letter", async () => {
  await using tsm = new Tsm();
  tsm.write("server.ts", SERVER);
  const command = `${Deno.execPath()} run -A --no-config server.ts`;
  const port = String(freePort());
  const name = `myapp-${port}`;
  const said = await tsm.ok("start", command, "--name", "myapp", "--port", port, "--wait=5m");
  assertMatch(said, new RegExp(`^Started ${name} \\(id 1, pid \\d+, port ${port}\\)\n$`));

  const dir = tsm.path("runtime", "processes", name);
  assertEquals(
    // The time index comes with the first tick that sees a log grow.
    [...Deno.readDirSync(dir)].map(({ name }) => name).filter((name) => !name.includes(".idx"))
      .sort(),
    ["current.err", "current.out", "meta.json", `${name}.pid`, "spec.json"],
  );
  assertEquals(Deno.readLinkSync(`${dir}/${name}.pid`), `../../pids/${name}.pid`);
  const meta = JSON.parse(Deno.readTextFileSync(`${dir}/meta.json`));
  assertEquals(Deno.readTextFileSync(`${dir}/${name}.pid`), `${meta.pid}\n`);
  assertEquals(Object.keys(meta), [
    "tsm_id",
    "name",
    "pid",
    "command",
    "cwd",
    "interpreter",
    "port",
    "status",
    "start_time",
    "restarts",
    "unstable_restarts",
    "env_file",
    "pid_start",
  ]);
  assertEquals(meta.interpreter, "deno");
  assertEquals(await (await fetch(`http://127.0.0.1:${port}/`)).text(), "hello");

  const lines = (await tsm.ok("ls")).split("\n");
  // A pid may have seven digits.
  const pid = String(meta.pid).padEnd(6);
  assertEquals(
    lines[0],
    `ID  Name         ${"PID".padEnd(pid.length)} Port  Status   Uptime  Restarts`,
  );
  assertEquals(
    lines[1],
    `--  ------------ ${"-".repeat(pid.length)} ----- -------- ------- --------`,
  );
  assertMatch(lines[2]!, new RegExp(`^1   ${name}  ${pid} ${port} online   \\d+[sm] +0$`));
  assertStringIncludes(await tsm.ok("logs", name, "--no-follow"), "listening\n");

  await tsm.ok("stop", name);
  assert(!isRunning(meta.pid));
  assertEquals([...Deno.readDirSync(tsm.path("runtime", "processes"))], []);
  const history = tsm.read("db", "history", `${name}.jsonl`).trim().split("\n");
  assertEquals(history.map((line) => JSON.parse(line).event), ["start", "online", "stop"]);
});

Deno.test("a crashed process runs again, and the restart is counted", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "crasher");
  const { pid } = (await tsm.list())["crasher"]!;
  Deno.kill(pid!, "SIGKILL");
  const meta = await until("a restart", async () => {
    const { crasher } = await tsm.list();
    return crasher?.restarts === 1 && crasher.status === "online" ? crasher : undefined;
  });
  assert(meta.pid !== pid && isRunning(meta.pid!));
  const history = tsm.read("db", "history", "crasher.jsonl");
  assertStringIncludes(
    history,
    `"event":"crash","name":"crasher","pid":${pid},"exit_signal":"SIGKILL"`,
  );
});
