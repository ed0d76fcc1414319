import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { TextLineStream } from "@std/streams";
import { formatDuration } from "../../src/cli/output/duration.ts";
import { readTextIfThere } from "../../src/files/read_text.ts";
import { runtimeRoot } from "../../src/root.ts";
import { minutes, writeHistory, writeMetrics } from "../db/make_db.ts";
import { Tsm, until } from "./harness.ts";

/** Makes the directories a supervisor would make; gives the root for the makers of files. */
function prepare(tsm: Tsm) {
  for (const name of ["events", "metrics", "history"]) {
    Deno.mkdirSync(tsm.path("db", name), { recursive: true });
  }
  return runtimeRoot(tsm.root);
}

Deno.test("what a running process uses is measured, and asked for with metrics and report", async () => {
  await using tsm = new Tsm();
  const busy = "while :; do echo x; i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; done";
  await tsm.ok("start", "--name", "busy", "--", "sh", "-c", busy);
  // The supervisor notes in the time index when the log grew: by its own clock two looks, which are
  // five seconds apart, are over.
  const index = tsm.path("runtime", "processes", "busy", "current.out.idx");
  await until("two looks", () => {
    const times = (readTextIfThere(index) ?? "").trim().split("\n").map(parseFloat);
    return times.at(-1)! - times[0]! >= 12;
  });
  await tsm.ok("shutdown", "--keep-processes");
  // It may be midnight.
  const days = [...Deno.readDirSync(tsm.path("db", "metrics"))].map(({ name }) => name).sort();
  const lines = days.flatMap((day) => tsm.read("db", "metrics", day).trimEnd().split("\n"));
  const line = JSON.parse(lines[0]!);
  assertEquals(Object.keys(line), ["time", "name", "cpu", "mem", "cpu_max", "mem_max"]);
  assertEquals([line.name, line.time % 60], ["busy", 0]);
  assert(line.cpu > 0 && line.mem > 100 && line.cpu_max >= line.cpu && line.mem_max >= line.mem);

  const used = JSON.parse(await tsm.ok("metrics", "busy", "--json"));
  assertEquals(used.minutes.length, lines.length);
  assertEquals(used.mem.max, Math.max(...lines.map((text) => JSON.parse(text).mem_max)));
  const csv = (await tsm.ok("metrics", "busy", "--csv")).trimEnd().split("\n");
  assertEquals(csv[0], "time,name,cpu,mem,cpu_max,mem_max");
  assertEquals(csv[1], Object.values(line).join(","));
  assertMatch(await tsm.ok("metrics", "busy"), /busy: memory\n *[\d.]+[KM] ┤.*█/);

  const { processes: [report] } = JSON.parse(await tsm.ok("report", "--json"));
  assertEquals([report.name, report.status, report.availability], ["busy", "online", 1]);
  assertEquals(report.minutes, lines.length);
  assert(report.log_bytes > 0);
});

Deno.test("history tells of runs, exits and reasons, also when the process is gone", async () => {
  await using tsm = new Tsm();
  const policy = ["--max-restarts", "1", "--min-uptime", "1h"];
  // It may say that it cannot be kept running.
  await tsm.run(["start", "--name", "once", ...policy, "--", "sh", "-c", "exit 3"]);
  await until("it to be given up", async () => (await tsm.list())["once"]?.status === "errored");
  await tsm.ok("delete", "once");
  const said = await tsm.ok("history", "once");
  assertMatch(said, /^once\n {2}\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ {2}┌ start +pid \d+\n/);
  assertMatch(said, / {3}errored +exited with code 3; 1 unstable restarts in a row\n/);
  const entries = JSON.parse(await tsm.ok("history", "once", "--json"));
  assertEquals(entries[0].event, "start");
  const { uptime } = entries.find(({ event }: { event: string }) => event === "crash");
  const after = formatDuration(uptime);
  assertMatch(said, new RegExp(` └ crash +pid \\d+, exited with code 3, after ${after}\\n`));
  const { processes: [report] } = JSON.parse(await tsm.ok("report", "once", "--json"));
  assertEquals([report.status, report.crashes_by], ["removed", { "exit code 3": 1 }]);
  assertStringIncludes(await tsm.fails(66, "history", "nobody"), "no such process");
  await tsm.fails(64, "history");
});

Deno.test("a supervisor that is killed costs no availability where its process ran on", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "api");
  await tsm.killSupervisor();
  await tsm.ok("patrol");
  const { processes: [report] } = JSON.parse(await tsm.ok("report", "--json"));
  assertEquals([report.availability ?? 1, report.crashes, report.restarts], [1, 0, 0]);
  assertMatch(await tsm.ok("history", "api"), /┌ start +pid (\d+)\n.*├ adopt +pid \1\n/);
});

Deno.test("events are filtered by type and process, and followed", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "a");
  await tsm.ok("start", "sleep 1000", "--name", "b");
  const events = async (...args: readonly string[]) =>
    (await tsm.ok("events", "--json", ...args)).trimEnd().split("\n").filter((line) => line !== "")
      .map((line) => JSON.parse(line) as { event: string; name: string | null });
  assertEquals((await events("--type", "start")).map(({ name }) => name), ["a", "b"]);
  assertEquals((await events("b")).map(({ event }) => event), ["start", "online"]);
  assertEquals((await events()).filter(({ name }) => name === null).length, 1);
  assertEquals(await events("--until", "1h"), []);
  const refused = await tsm.fails(64, "events", "--type", "crahs");
  assertStringIncludes(refused, "did you mean crash?");
  await tsm.fails(64, "events", "-f", "--until", "1h");

  const follower = tsm.command(["events", "-f", "--type", "restart,stop", "b"]).spawn();
  const lines = follower.stdout.pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream()).getReader();
  try {
    await tsm.ok("restart", "a");
    await tsm.ok("restart", "b");
    assertMatch((await lines.read()).value!, /Z {2}restart +b$/);
    await tsm.ok("stop", "b");
    assertMatch((await lines.read()).value!, /Z {2}stop +b$/);
  } finally {
    follower.kill("SIGKILL");
    await lines.cancel();
    await follower.stderr.cancel();
    await follower.status;
  }
});

Deno.test("a day of another time zone is put together from two days of files", async () => {
  await using tsm = new Tsm();
  const root = prepare(tsm);
  const day = Date.parse("2024-10-12T00:00:00Z") / 1000;
  writeMetrics(root, minutes("api", day, day + 3 * 86_400));
  writeHistory(root, "api", [{ time: day, event: "start", pid: 1 }]);
  const args = ["metrics", "api", "--csv", "--since", "2024-10-13", "--until", "2024-10-14"];
  for (const [zone, first] of [["Asia/Tokyo", "12T15:00"], ["America/New_York", "13T04:00"]]) {
    const { stdout } = await tsm.run(args, { env: { TZ: zone! } });
    const times = stdout.trimEnd().split("\n").slice(1).map((line) => Number(line.split(",")[0]));
    const expected = Date.parse(`2024-10-${first}:00Z`) / 1000;
    assertEquals([times.length, times[0], times.at(-1)], [1440, expected, expected + 1439 * 60]);
  }
});

Deno.test("lines that are none are named on stderr, and the answer is still there", async () => {
  await using tsm = new Tsm();
  const root = prepare(tsm);
  const now = Math.floor(Date.now() / 1000);
  writeMetrics(root, minutes("api", now - 3600, now));
  writeHistory(root, "api", [{ time: now - 3600, event: "start", pid: 1 }]);
  const today = new Date().toISOString().slice(0, 10);
  Deno.writeTextFileSync(tsm.path("db", "metrics", `${today}.jsonl`), "{torn\n\n7\n", {
    append: true,
  });
  Deno.writeTextFileSync(tsm.path("db", "events", `${today}.jsonl`), "{torn\n");
  const report = await tsm.run(["report", "--json"]);
  assertEquals([report.code, JSON.parse(report.stdout).skipped_lines], [0, 3]);
  assertMatch(
    report.stderr,
    /^tsm: \S+\/db\/metrics\/\S+: passed over 3 lines \(1 damaged, 1 empty, 1 foreign\), the first is line \d+\n$/,
  );
  const events = await tsm.run(["events"]);
  assertMatch(events.stderr, /db\/events\/\S+: passed over 1 line \(1 damaged\)/);
});

Deno.test("a list is sorted by what its processes use", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "small");
  const large = "x=$(head -c 30000000 /dev/zero | tr '\\0' x); echo ready; sleep 1000; echo $x";
  await tsm.ok("start", "--name", "large", "--", "sh", "-c", large);
  await until(
    "it to hold much",
    () => tsm.read("runtime", "processes", "large", "current.out") !== "",
  );
  const names = async (key: string) =>
    JSON.parse(await tsm.ok("ls", "-l", "--json", "--sort", key)).map((
      { name }: { name: string },
    ) => name);
  assertEquals(await names("mem"), ["large", "small"]);
  await tsm.ok("restart", "small");
  assertEquals(await names("restarts"), ["small", "large"]);
  assertStringIncludes(await tsm.fails(64, "ls", "--sort", "size"), "cpu, mem, restarts, uptime");
});
