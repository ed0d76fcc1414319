import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Health } from "../../../src/settings/table/settings_table.ts";
import { HealthMonitor } from "../../../src/supervisor/triggers/health_monitor.ts";
import type { Run } from "../../../src/supervisor/launch/run.ts";
import { until } from "../../e2e/harness.ts";

const HEALTH: Health = {
  type: "command",
  command: "true",
  interval: 100,
  timeout: 1000,
  retries: 2,
  grace: 0,
};

function makeRun(uptime: number) {
  const { promise, resolve } = Promise.withResolvers<{ code: number; signal: null }>();
  const run: Run = { pid: 1, start: 1, exited: promise, uptime: () => uptime };
  return { run, end: () => resolve({ code: 0, signal: null }) };
}

Deno.test("a success makes it healthy, failures in a row unhealthy, an exit ends the checks", async () => {
  let problem: string | undefined;
  const told: string[] = [];
  const monitor = new HealthMonitor({
    check: () => problem === undefined ? Promise.resolve() : Promise.reject(new Error(problem)),
    unhealthy: (_, reason) => told.push(reason),
  });
  const { run, end } = makeRun(0);
  assertEquals(monitor.state, undefined);
  monitor.follow(run, HEALTH);
  assertEquals(monitor.state?.status, "starting");
  await until("its health", () => monitor.state?.status === "healthy");
  problem = "no answer";
  await until("its illness", () => told.length > 0);
  assertEquals(told[0], "unhealthy: no answer (2 times in a row)");
  problem = undefined;
  await until("its health again", () => monitor.state?.status === "healthy");
  end();
  await until("the end", () => monitor.state === undefined);
});

Deno.test("within the grace failures are seen and not counted, unless it was healthy before", async () => {
  let fails = true;
  let checks = 0;
  const told: string[] = [];
  const monitor = new HealthMonitor({
    check: () => (checks++, fails ? Promise.reject(new Error("not yet")) : Promise.resolve()),
    unhealthy: (_, reason) => told.push(reason),
  });
  monitor.follow(makeRun(10).run, { ...HEALTH, grace: 60_000 });
  await until("some checks", () => checks > 4);
  assertEquals([monitor.state?.status, monitor.state?.failures, told], ["starting", 0, []]);
  fails = false;
  await until("its health", () => monitor.state?.status === "healthy");
  fails = true;
  await until("its illness", () => told.length > 0);
  assertStringIncludes(told[0]!, "not yet");
  monitor.close();
});
