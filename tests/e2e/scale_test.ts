import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { freePort, isRunning, Tsm, until } from "./harness.ts";
import { startAll } from "./start_all.ts";

async function names(tsm: Tsm): Promise<string[]> {
  return Object.keys(await tsm.list()).sort();
}

Deno.test("scale up and down: by name, by how many more, from one that was started alone", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "api", "--port", "31700", "--env", "MODE=x");
  await tsm.ok("scale", "api", "3");
  assertEquals(await names(tsm), ["api-31700", "api-31701", "api-31702"]);
  const env = await tsm.ok("env", "api-31702");
  for (const pair of ["MODE=x", "PORT=31702", "TSM_INSTANCE=2"]) assertStringIncludes(env, pair);

  const { "api-31702": last } = await tsm.list();
  assertStringIncludes(await tsm.ok("scale", "api", "-1"), "Stopped and removed api-31702");
  assertEquals(await names(tsm), ["api-31700", "api-31701"]);
  assert(!isRunning(last!.pid!));
  await tsm.ok("scale", "api", "+2");
  assertEquals((await names(tsm)).length, 4);
  assertStringIncludes(await tsm.ok("scale", "api", "4"), "Nothing to do");
  const spec = JSON.parse(tsm.read("runtime", "processes", "api-31700", "spec.json"));
  assertEquals([spec.app, spec.instances], ["api", 4]);

  assertStringIncludes(await tsm.fails(64, "scale", "api", "0"), "'tsm stop api'");
  assertStringIncludes(await tsm.fails(64, "scale", "api", "many"), "as in +2 or -1");
  await tsm.fails(66, "scale", "nobody", "2");
  await tsm.ok("stop", "api");
  assertEquals(await names(tsm), []);
});

Deno.test("instances without a port are numbered, and gaps are filled", async () => {
  await using tsm = new Tsm();
  await startAll(
    tsm,
    [0, 1, 2].map((instance) => ({
      name: "work",
      run: "exec sleep 1000",
      settings: { app: "work", instance, instances: 3 },
    })),
  );
  await tsm.ok("stop", "work-1");
  await tsm.ok("scale", "work", "4");
  assertEquals(await names(tsm), ["work-0", "work-1", "work-2", "work-3"]);
});

Deno.test("a port that is held is found before anything is started", async () => {
  await using tsm = new Tsm();
  const port = freePort(3);
  await tsm.ok("start", "sleep 1000", "--name", "api", "--port", String(port));
  using _holder = Deno.listen({ hostname: "127.0.0.1", port: port + 2 });
  const said = await tsm.fails(1, "scale", "api", "4");
  assertStringIncludes(said, `port ${port + 2} is held by`);
  assertEquals(await names(tsm), [`api-${port}`]);
});

Deno.test("a supervisor killed while it scales leaves the rest to the next one", async () => {
  await using tsm = new Tsm();
  const hooks = {
    pre_start: "test $TSM_INSTANCE = 0 || while test -e hold; do sleep 0.05; done",
    timeout: 60_000,
  };
  tsm.write("hold", "");
  await startAll(tsm, [{ name: "work", run: "exec sleep 1000", settings: { hooks } }]);
  const scaling = tsm.run(["scale", "work", "3"]);
  const spec = () => JSON.parse(tsm.read("runtime", "processes", "work", "spec.json"));
  await until(
    "all to be noted",
    async () => (await names(tsm)).length === 3 && spec().instances === 3,
  );
  await tsm.killSupervisor();
  Deno.removeSync(`${tsm.work}/hold`);
  // It asks the next supervisor, which finds as many as there are to be.
  assertEquals((await scaling).code, 0);
  await until(
    "all of them",
    async () => Object.values(await tsm.list()).every(({ status }) => status === "online"),
  );
  assertEquals(await names(tsm), ["work", "work-1", "work-2"]);
});

Deno.test("an instance that is being stopped does not count", async () => {
  await using tsm = new Tsm();
  const run = "trap 'while test -e hold; do sleep 0.1; done; exit' TERM; echo >>up; " +
    "while :; do sleep 0.1; done";
  const kill_timeout = 600_000;
  await startAll(tsm, [
    { name: "app", run, settings: { app: "app", instance: 0, instances: 2, kill_timeout } },
    { name: "app", run: "exec sleep 1000", settings: { app: "app", instance: 1, instances: 2 } },
    { name: "alone", run, settings: { kill_timeout } },
  ]);
  await until("their traps", () => Deno.statSync(`${tsm.work}/up`).size === 2);
  tsm.write("hold", "");
  const stopping = tsm.run(["stop", "app-0", "alone"]);
  try {
    await until("the stops", async () => {
      const list = await tsm.list();
      return ["app-0", "alone"].every((name) => list[name]!.status === "stopping");
    });
    const scaling = tsm.run(["scale", "app", "4"]);
    await until("four besides it", async () => "app-4" in await tsm.list());
    assertEquals((await scaling).code, 0);
    assertStringIncludes(await tsm.ok("scale", "app", "+1"), "app-5");
    assertStringIncludes(await tsm.fails(66, "scale", "alone", "2"), "is just being stopped");
  } finally {
    Deno.removeSync(`${tsm.work}/hold`);
  }
  assertEquals((await stopping).code, 0);
  assertEquals(await names(tsm), ["app-1", "app-2", "app-3", "app-4", "app-5"]);
});

Deno.test("what counts the instances counts on when the app is scaled", async () => {
  await using tsm = new Tsm();
  tsm.write(
    "process.json",
    JSON.stringify([{
      name: "work",
      script: "sleep 1000",
      instances: 1,
      increment_var: "SHARD",
      env: { SHARD: 4 },
    }]),
  );
  await tsm.ok("start", "-q", "process.json");
  await tsm.ok("scale", "work", "3");
  const told = await Promise.all((await names(tsm)).map(async (name) => {
    const { NODE_APP_INSTANCE, SHARD } = JSON.parse(await tsm.ok("env", name, "--json"));
    return `${NODE_APP_INSTANCE} ${SHARD}`;
  }));
  assertEquals(told.sort(), ["0 4", "1 5", "2 6"]);
});
