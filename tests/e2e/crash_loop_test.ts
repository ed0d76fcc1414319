/**
 * One rule says what a crash loop is, and whoever shows processes goes by it.
 *
 * @module
 */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { isRunning, Tsm, until } from "./harness.ts";

/** Longer than `min_uptime`: it is never unstable, and never given up. */
const CRASHING = "sleep 1.1; exit 3";

async function untilCrashed(tsm: Tsm, name: string, times: number): Promise<void> {
  await until(`${times} crashes`, async () => (await tsm.list())[name]!.restarts >= times);
}

Deno.test("one that outlives its min_uptime and crashes again and again is in a crash loop for everybody", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "steady");
  await tsm.ok("start", CRASHING, "--name", "loop");
  await untilCrashed(tsm, "loop", 6);
  const { unstable_restarts } = (await tsm.list())["loop"]!;
  assertEquals(unstable_restarts, 0);
  const rows = JSON.parse(await tsm.ok("ls", "--json"));
  assertEquals(rows.map(({ crash_loop }: { crash_loop?: true }) => crash_loop), [undefined, true]);
  assertMatch(await tsm.ok("ls"), /^2 +loop .* \d+ \(crash loop\)$/m);
  const { stdout: coloured } = await tsm.run(["ls"], { env: { FORCE_COLOR: "1" } });
  assertMatch(coloured, /loop .*\[31m(online|launching|waiting)/);
  assertEquals(JSON.parse(await tsm.ok("describe", "loop", "--json")).crash_loop, true);
  assertMatch(await tsm.ok("describe", "loop"), /restarts +\d+ .*, a crash loop/);
  assertMatch(await tsm.ok("monit"), /^.↻ +2 loop .* crash loop /m);
  const { processes } = JSON.parse(await tsm.ok("monit", "--json"));
  assertEquals(processes.map((one: { crash_loop?: true }) => one.crash_loop), [undefined, true]);
  assertStringIncludes((await tsm.run(["doctor"])).stdout, "crash again and again: loop");
  const report = JSON.parse(await tsm.ok("report", "--json"));
  const [first, second] = report.processes;
  assertEquals([first.name, first.crash_loop], ["loop", true]);
  assert(first.availability < 0.6, `it is said to be up ${first.availability} of the time`);
  assert(first.longest_outage !== null);
  assertEquals([second.name, second.crash_loop, second.availability], ["steady", undefined, 1]);
  assertMatch(await tsm.ok("report"), /^loop .*\(crash loop\)/m);
  const page = await tsm.ok("report", "--html");
  assertMatch(page, /<section id="loop" class="bad">\n<h2>loop <small>\w+, crash loop</);
  assertMatch(page, /<tr class="bad loop">/);
  // On request it begins anew.
  await tsm.ok("reset", "loop");
  assert(!(await tsm.ok("ls")).includes("crash loop"));
});

Deno.test("what a killed supervisor knew of a crash loop, the next one knows", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", CRASHING, "--name", "loop");
  await untilCrashed(tsm, "loop", 3);
  await tsm.killSupervisor();
  await tsm.ok("save");
  assertMatch(await tsm.ok("ls"), /\(crash loop\)$/m);
});

Deno.test("a run that ends while no supervisor lives is one more crash of the loop", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", CRASHING, "--name", "loop");
  await untilCrashed(tsm, "loop", 3);
  await tsm.killSupervisor();
  const { pid, status } = (await tsm.list())["loop"]!;
  if (status === "online") await until("its end", () => !isRunning(pid!));
  await tsm.ok("save");
  await until("its next run", async () => (await tsm.list())["loop"]!.pid !== pid);
  assertMatch(await tsm.ok("ls"), /\(crash loop\)$/m);
});

Deno.test("a job that fails again and again is in no crash loop", async () => {
  await using tsm = new Tsm();
  const job = ["--schedule", "* * * * * *"];
  await tsm.ok("start", "echo run; exit 3", "--name", "job", ...job);
  await until(
    "four runs",
    () => tsm.read("runtime/processes/job/current.out").split("\n").length > 4,
  );
  assert(!(await tsm.ok("ls")).includes("crash loop"));
});
