import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { isRunning, Tsm, until } from "./harness.ts";

const SERVER = `
Deno.serve({ port: Number(Deno.env.get("PORT")), hostname: "127.0.0.1", onListen: () =>
  console.log("listening") }, () => new Response("hello"));
`;

Deno.test("the source document's example works to the letter", async () => {
  await using tsm = new Tsm();
  tsm.write("server.ts", SERVER);
  const command = `${Deno.execPath()} run -A --no-config server.ts`;
  const said = await tsm.ok("start", command, "--name", "myapp", "--port", "3987", "--wait");
  assertMatch(said, /^Started myapp-3987 \(id 1, pid \d+, port 3987\)\n$/);

  const dir = tsm.path("runtime", "processes", "myapp-3987");
  assertEquals(
    // The time index comes with the first tick that sees a log grow.
    [...Deno.readDirSync(dir)].map(({ name }) => name).filter((name) => !name.endsWith(".idx"))
      .sort(),
    ["current.err", "current.out", "meta.json", "myapp-3987.pid", "spec.json"],
  );
  assertEquals(Deno.readLinkSync(`${dir}/myapp-3987.pid`), "../../pids/myapp-3987.pid");
  const meta = JSON.parse(Deno.readTextFileSync(`${dir}/meta.json`));
  assertEquals(Deno.readTextFileSync(`${dir}/myapp-3987.pid`), `${meta.pid}\n`);
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
  assertEquals(await (await fetch("http://127.0.0.1:3987/")).text(), "hello");

  const lines = (await tsm.ok("ls")).split("\n");
  assertEquals(lines[0], "ID  Name         PID    Port  Status   Uptime  Restarts");
  assertEquals(lines[1], "--  ------------ ------ ----- -------- ------- --------");
  assertMatch(lines[2]!, /^1 {3}myapp-3987 {3}\d+ +3987 {2}online {3}\d+s +0$/);
  assertStringIncludes(await tsm.ok("logs", "myapp-3987", "--no-follow"), "listening\n");

  await tsm.ok("stop", "myapp-3987");
  assert(!isRunning(meta.pid));
  assertEquals([...Deno.readDirSync(tsm.path("runtime", "processes"))], []);
  const history = tsm.read("db", "history", "myapp-3987.jsonl").trim().split("\n");
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
