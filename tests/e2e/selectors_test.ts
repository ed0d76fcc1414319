import { assertEquals, assertStringIncludes } from "@std/assert";
import { freePort, Tsm, until } from "./harness.ts";
import { Terminal } from "./terminal.ts";

Deno.test("what a user has named is meant rather than a namespace; a change is refused", async () => {
  await using tsm = new Tsm();
  const port = freePort();
  const shop = `shop-${port}`;
  await tsm.ok("start", "sleep 1000", "--name", "shop", "--port", String(port));
  await tsm.ok("start", "sleep 1000", "--name", "worker", "--namespace", "shop");
  assertStringIncludes(await tsm.ok("env", "shop"), `TSM_NAME=${shop}\n`);
  assertStringIncludes(
    await tsm.fails(64, "stop", "shop"),
    `Cannot stop 'shop': it is the name of ${shop}, and the namespace of worker; ` +
      "give the ids: 1 for the name, 2 for the namespace",
  );
  assertEquals(Object.keys(await tsm.list()), [shop, "worker"]);
  assertEquals(await tsm.ok("stop", "1"), `Stopped and removed ${shop}\n`);
  // Where nothing is called so any more, the namespace is meant.
  assertEquals(await tsm.ok("stop", "shop"), "Stopped and removed worker\n");
});

Deno.test("on a terminal 'stop all' and 'delete all' ask where logs of several would go", async () => {
  await using tsm = new Tsm();
  for (const name of ["a", "b"]) {
    await tsm.ok("start", "echo hello; sleep 1000", "--name", name);
    await until("its output", () => tsm.read(`runtime/processes/${name}/current.out`) !== "");
  }
  await using terminal = await Terminal.openShell(tsm, 100, 30);
  await terminal.enter("tsm stop all; echo code=$?");
  await terminal.shows("This removes 2 processes with their logs: a, b");
  await terminal.enter("n");
  await terminal.shows("code=1");
  assertEquals(Object.keys(await tsm.list()), ["a", "b"]);
  await terminal.enter("clear; tsm delete all; echo code=$?");
  await terminal.shows("Remove them?");
  await terminal.enter("y");
  await terminal.shows("code=0");
  assertEquals(await tsm.list(), {});

  // One alone is no surprise, and --yes answers beforehand; a script is never asked.
  for (const name of ["c", "d"]) {
    await tsm.ok("start", "echo hello; sleep 1000", "--name", name);
    await until("its output", () => tsm.read(`runtime/processes/${name}/current.out`) !== "");
  }
  await terminal.enter("clear; tsm stop all --yes; echo code=$?");
  await terminal.shows("code=0");
  await tsm.ok("start", "echo hello; sleep 1000", "--name", "e");
  await until("its output", () => tsm.read("runtime/processes/e/current.out") !== "");
  await terminal.enter("clear; tsm stop all; echo code=$?");
  await terminal.shows("code=0");
});

Deno.test("a file whose processes run says how the code on the disk comes in", async () => {
  await using tsm = new Tsm();
  tsm.write("tsm.jsonc", '{ "processes": { "a": { "command": "sleep 1000" } } }');
  await tsm.ok("start", "tsm.jsonc");
  assertStringIncludes(
    await tsm.ok("start", "tsm.jsonc"),
    "Already running: a; 'tsm reload tsm.jsonc' brings the code on disk in, " +
      "'tsm apply tsm.jsonc' restarts what has changed in the file",
  );
});
