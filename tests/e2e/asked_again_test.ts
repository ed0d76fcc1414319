import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { request } from "../../src/api/client.ts";
import { reloadMessage } from "../../src/api/messages/reload.ts";
import { startMessage, type StartRequest } from "../../src/api/messages/start.ts";
import { stopMessage } from "../../src/api/messages/stop.ts";
import { newRequestId } from "../../src/api/request_id.ts";
import { readSupervisorFile } from "../../src/api/supervisor_file.ts";
import { readHistory } from "../../src/db/read_history.ts";
import { runtimeRoot } from "../../src/root.ts";
import { freePort, Tsm, until } from "./harness.ts";

/** The events that the history of a process tells of. */
function eventsOf(tsm: Tsm, name: string): string[] {
  return readHistory(runtimeRoot(tsm.root), name).map(({ event }) => event);
}

/** The status that the file of a process tells. */
function statusOf(tsm: Tsm, name: string): string {
  return JSON.parse(tsm.read("runtime/processes", name, "meta.json")).status;
}

Deno.test("a start whose supervisor is killed when the program runs succeeds, and is recorded once", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "first");
  // It is answered when the program has been up for so long, which is after the kill.
  const starting = tsm.run(["start", "sleep 1000", "-n", "web", "--wait=5m", "--min-uptime=8s"]);
  await until("it to be online", () => statusOf(tsm, "web") === "online");
  const { pid } = JSON.parse(tsm.read("runtime/processes/web/meta.json"));
  await tsm.killSupervisor();
  const { code, stdout, stderr } = await starting;
  assertEquals(code, 0, stderr);
  assertMatch(stdout, /Started web/);
  assertEquals((await tsm.list())["web"]?.pid, pid);
  assertEquals(eventsOf(tsm, "web"), ["start", "online", "adopt"]);
  // Asked for anew it is refused, as ever.
  assertMatch(await tsm.fails(1, "start", "sleep 1000", "--name", "web"), /already running/);
});

Deno.test("a start whose supervisor is killed before the program runs succeeds, and is recorded once", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "first");
  const hook = "until test -e go; do sleep 0.02; done";
  const starting = tsm.run(["start", "sleep 1000", "--name", "web", "--pre-start", hook]);
  await until("its hook", () => statusOf(tsm, "web") === "launching");
  await tsm.killSupervisor();
  tsm.write("go", "");
  const { code, stdout, stderr } = await starting;
  assertEquals(code, 0, stderr);
  assertMatch(stdout, /Started web/);
  assertEquals(eventsOf(tsm, "web"), ["start", "online"]);
});

Deno.test("what an earlier supervisor has started and stopped for a request is told as done", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "first");
  const address = () => readSupervisorFile(runtimeRoot(tsm.root))!;
  const definition = {
    words: ["sleep", "1000"],
    name: "web",
    port: "auto" as const,
    cwd: tsm.work,
    explicit: {},
    settings: {},
  };
  const start: StartRequest = {
    environment: { PATH: "/usr/bin:/bin" },
    definitions: [definition, { ...definition, name: "api", port: freePort() }],
    if_running: "refuse",
    source: "command",
    wait: 0,
  };
  const names = (metas: readonly { readonly name: string; readonly pid?: number | null }[]) =>
    metas.map(({ name, pid }) => `${name} ${pid}`);
  const id = newRequestId();
  const { started } = await request(address(), startMessage, start, { id });
  await tsm.killSupervisor();
  await tsm.ok("reset", "first");
  const again = { id: { ...id, isAgain: true } };
  assertEquals(
    names((await request(address(), startMessage, start, again)).started),
    names(started),
  );
  for (const { name } of started) assertEquals(eventsOf(tsm, name), ["start", "online", "adopt"]);

  const stopping = newRequestId();
  const stop = { selectors: ["api", "web"], keep: false };
  await request(address(), stopMessage, stop, { id: stopping });
  await tsm.killSupervisor();
  await tsm.ok("reset", "first");
  const { stopped } = await request(address(), stopMessage, stop, {
    id: { ...stopping, isAgain: true },
  });
  assertEquals(stopped.map(({ name }) => name).sort(), started.map(({ name }) => name).sort());
  // Nobody else is told so.
  assertMatch(await tsm.fails(66, "stop", "web"), /no such process/);
});

Deno.test("a restart whose supervisor is killed behind a launch restarts nothing a second time", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "quick");
  // It is said to be ready when the file is there, so that the request is under way until then.
  const script = tsm.write(
    "slow.sh",
    "#!/bin/sh\nuntil test -e ready; do sleep 0.02; done\necho ready\nexec sleep 1000\n",
    0o755,
  );
  const flag = tsm.write("ready", "");
  await tsm.ok("start", script, "--name", "slow", "--wait-ready", "log:/ready/");
  const before = await tsm.list();
  Deno.removeSync(flag);
  const restarting = tsm.run(["restart", "quick", "slow"]);
  await until(
    "both to be launched anew",
    () =>
      ["quick", "slow"].every((name) => eventsOf(tsm, name).includes("restart")) &&
      statusOf(tsm, "quick") === "online",
  );
  const { pid } = (await tsm.list())["quick"]!;
  await tsm.killSupervisor();
  tsm.write("ready", "");
  const { code, stdout, stderr } = await restarting;
  assertEquals(code, 0, stderr);
  assertMatch(stdout, /Restarted quick/);
  const after = await tsm.list();
  assertEquals(after["quick"]!.pid, pid);
  for (const name of ["quick", "slow"]) {
    assertEquals(eventsOf(tsm, name).filter((event) => event === "restart").length, 1);
    assertEquals(after[name]!.restarts, before[name]!.restarts + 1);
  }
});

Deno.test("a restart whose supervisor is killed before a launch is finished once", async () => {
  await using tsm = new Tsm();
  // It ends when the file is there, so that the restart is under way until then.
  const script = tsm.write(
    "slow.sh",
    "#!/bin/sh\ntrap 'until test -e go; do sleep 0.02; done; exit' TERM\necho up\n" +
      "while :; do sleep 0.05; done\n",
    0o755,
  );
  await tsm.ok(
    "start",
    script,
    "--name",
    "web",
    "--wait-ready",
    "log:/up/",
    "--kill-timeout",
    "60s",
  );
  const restarting = tsm.run(["restart", "web"]);
  await until("its end to begin", () => statusOf(tsm, "web") === "stopping");
  await tsm.killSupervisor();
  tsm.write("go", "");
  const { code, stderr } = await restarting;
  assertEquals(code, 0, stderr);
  assertEquals(eventsOf(tsm, "web").filter((event) => event === "restart").length, 1);
  assertEquals((await tsm.list())["web"]!.restarts, 1);
});

Deno.test("what an earlier supervisor has reloaded for a request is not reloaded again", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "web", "-i", "2");
  const address = () => readSupervisorFile(runtimeRoot(tsm.root))!;
  const id = newRequestId();
  const reload = { selectors: ["web"] };
  const pids = (metas: readonly { readonly name: string; readonly pid: number | null }[]) =>
    metas.map(({ name, pid }) => `${name} ${pid}`);
  const { reloaded } = await request(address(), reloadMessage, reload, { id });
  await tsm.killSupervisor();
  await tsm.ok("reset", "all");
  const again = { id: { ...id, isAgain: true } };
  assertEquals(
    pids((await request(address(), reloadMessage, reload, again)).reloaded),
    pids(reloaded),
  );
  // Nobody else is told so.
  const anew = await request(address(), reloadMessage, reload, { id: newRequestId() });
  assertNotEquals(pids(anew.reloaded), pids(reloaded));
});
