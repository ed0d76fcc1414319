import { assertEquals, assertStringIncludes } from "@std/assert";
import { Tsm, until } from "./harness.ts";

Deno.test("flags of start say what a process needs and how its health is seen", async () => {
  await using tsm = new Tsm();
  tsm.write("up", "");
  await tsm.ok(
    ...["start", "sleep 1000", "--name", "db", "--health-cmd", "test -e up"],
    ...["--health-interval", "200ms", "--wait-ready", "health", "--nice", "3", "--nofile", "300"],
    ...[
      "--pre-start",
      "echo before >>steps",
      "--umask",
      "027",
      "--watch=conf",
      "--watch-ignore",
      "x",
    ],
  );
  const spec = JSON.parse(tsm.read("runtime", "processes", "db", "spec.json"));
  const { health, wait_ready, nice, nofile, umask, hooks, watch } = spec;
  assertEquals({ health, wait_ready, nice, nofile, umask, hooks, watch }, {
    health: {
      type: "command",
      command: "test -e up",
      interval: 200,
      timeout: 5000,
      retries: 3,
      grace: 0,
    },
    wait_ready: "health",
    nice: 3,
    nofile: 300,
    umask: "027",
    hooks: { pre_start: "echo before >>steps", timeout: 30_000 },
    watch: { paths: [`${tsm.work}/conf`], ignore: ["x"], debounce: 200 },
  });
  assertEquals(Deno.readTextFileSync(`${tsm.work}/steps`), "before\n");
  assertStringIncludes(await tsm.ok("describe", "db"), "health       healthy");

  await tsm.ok("start", "sleep 1000", "--name", "web", "--depends-on", "db:healthy");
  const said = await tsm.fails(64, "start", "sleep 9", "-n", "x", "--depends-on", "nobody");
  assertStringIncludes(
    said,
    "'x': it depends on 'nobody', which is neither to be started nor there",
  );
  for (
    const [flag, value] of [
      ["--wait-ready", "soon"],
      ["--depends-on", "db:ill"],
      ["--depends-on", "db:healthy:soon"],
      ["--depends-on", "db:healthy,soon"],
      ["--depends-on", "db,web"],
      ["--nice", "20"],
      ["--umask", "9"],
      ["--instances", "many"],
      ["--health-url", "http://example.com/"],
    ] as const
  ) {
    const said = await tsm.fails(64, "start", "sleep 1000", "-n", "y", flag, value);
    assertStringIncludes(said, flag === "--health-url" ? "no http URL of this machine" : flag);
  }
});

Deno.test("--instances starts several, each with a port and number of its own", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "-n", "api", "-p", "31800", "--instances", "3");
  await tsm.ok("start", "sleep 1000", "--instances", "2");
  await until("their being listed", async () => Object.keys(await tsm.list()).length === 5);
  assertEquals(Object.keys(await tsm.list()).sort(), [
    "api-31800",
    "api-31801",
    "api-31802",
    "sleep-0",
    "sleep-1",
  ]);
  await tsm.ok("scale", "sleep", "1");
  await tsm.ok("stop", "api");
  assertEquals(Object.keys(await tsm.list()), ["sleep-0"]);
});
