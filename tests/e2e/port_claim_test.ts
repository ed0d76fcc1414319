/**
 * A port that a process has declared is its own, whether it listens yet or not.
 *
 * @module
 */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { freePort, Tsm, until } from "./harness.ts";

/** Starts a process that is to have the port, and waits between two crashes for good. */
async function startCrashing(tsm: Tsm, name: string, port: number): Promise<string> {
  const flags = ["--name", name, "--port", String(port), "--restart-delay", "1h"];
  // Whether its early end is told as a failed start is not what this is about.
  await tsm.run(["start", "exit 3", ...flags]);
  const full = `${name}-${port}`;
  await until("its back-off", async () => (await tsm.list())[full]?.status === "waiting");
  return full;
}

Deno.test("a port that a process has declared is refused to another, though nobody listens on it", async () => {
  await using tsm = new Tsm();
  const port = freePort();
  const first = await startCrashing(tsm, "first", port);
  const taken = `port ${port} is the port of '${first}' (waiting)`;
  const other = ["sleep 1000", "--name", "other", "--port", String(port)];
  assertStringIncludes(await tsm.fails(1, "start", ...other), taken);

  const processes = { free: { command: "sleep 1000" }, web: { command: "sleep 1000", port } };
  const file = tsm.write("tsm.jsonc", JSON.stringify({ processes }));
  assertStringIncludes(await tsm.fails(64, "start", file), taken);
  assertStringIncludes(await tsm.fails(1, "set", "metrics_port", String(port)), taken);
  assertEquals(Object.keys(await tsm.list()), [first]);
});

Deno.test("a stopped process claims no port, and has to see whether it is free when it is started", async () => {
  await using tsm = new Tsm();
  const port = freePort();
  const first = await startCrashing(tsm, "first", port);
  await tsm.ok("stop", "--keep", first);
  await tsm.ok("start", "sleep 1000", "--name", "other", "--port", String(port));
  const taken = `port ${port} is the port of 'other-${port}' (pid `;
  assertStringIncludes(await tsm.fails(1, "start", first), taken);
  assertStringIncludes(await tsm.fails(1, "restart", first), taken);
  assertEquals((await tsm.list())[first]?.status, "stopped");
});

Deno.test("a new instance gets no port that another process has declared", async () => {
  await using tsm = new Tsm();
  const port = freePort(2);
  const other = await startCrashing(tsm, "other", port + 1);
  await tsm.ok("start", "sleep 1000", "--name", "api", "--port", String(port));
  assertStringIncludes(
    await tsm.fails(1, "scale", "api", "2"),
    `port ${port + 1} is the port of '${other}' (waiting)`,
  );
  assertEquals(Object.keys(await tsm.list()).sort(), [`api-${port}`, other]);
});

Deno.test("what is saved and whose port another has declared since is told at a resurrection", async () => {
  await using tsm = new Tsm();
  const port = freePort();
  await tsm.ok("start", "sleep 1000", "--name", "saved", "--port", String(port));
  await tsm.ok("save");
  await tsm.ok("stop", "all");
  const other = await startCrashing(tsm, "other", port);
  const said = await tsm.fails(1, "resurrect");
  assertStringIncludes(said, `port ${port} is the port of '${other}' (waiting)`);
  assertEquals((await tsm.list())[`saved-${port}`]?.status, "errored");
});
