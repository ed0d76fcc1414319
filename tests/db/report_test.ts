import { assert, assertEquals } from "@std/assert";
import { compressDays } from "../../src/db/retention/compress_days.ts";
import { LineProblems } from "../../src/db/line_problems.ts";
import { makeReport, type ProcessReport, type ReportOptions } from "../../src/db/report.ts";
import { historyPath, type RuntimeRoot } from "../../src/root.ts";
import { TemporaryRoot } from "../temporary_root.ts";
import { minutes, writeHistory, writeMetrics } from "./make_db.ts";

/** Midnight. */
const T = Date.parse("2024-10-13T00:00:00Z") / 1000;
const HOUR = 3600;

async function reportOn(
  root: RuntimeRoot,
  options: Partial<ReportOptions> = {},
): Promise<ProcessReport> {
  const { processes } = await makeReport(root, {
    since: T,
    until: T + 24 * HOUR,
    names: ["api"],
    presentOf: () => ({ status: "online", present: "up" }),
    points: 0,
    ...options,
  }, new LineProblems());
  assertEquals(processes.length, 1);
  return processes[0]!;
}

/** A hundred runs that crash after so many seconds, with a pause behind each, and one that lives. */
function crashes(up: number, pause: number): Record<string, unknown>[] {
  const rounds = Array.from({ length: 100 }, (_, index) => {
    const time = T + index * (up + pause);
    const how = index % 5 < 2 ? { exit_signal: "SIGKILL" } : { exit_code: 1 };
    return [
      { time, event: index === 0 ? "start" : "restart", pid: index + 1 },
      { time, event: "online", pid: index + 1 },
      { time: time + up, event: "crash", pid: index + 1, ...how, uptime: up },
    ];
  }).flat();
  return [...rounds, { time: T + 100 * (up + pause), event: "restart", pid: 1000 }];
}

Deno.test("80 s up, 20 s down, again and again", async () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  writeHistory(root, "api", crashes(80, 20));
  const report = await reportOn(root, { until: T + 10_000 });
  assertEquals(report.availability, 0.8);
  assertEquals([report.wanted, report.up], [10_000, 8000]);
  assertEquals([report.restarts, report.crashes, report.mtbf], [99, 100, 80]);
  assertEquals(report.crashes_by, { SIGKILL: 40, "exit code 1": 60 });
  assertEquals(report.longest_outage, { from: T + 80, seconds: 20 });
});

Deno.test("a crash loop is one outage, from its first crash to the run that lasts", async () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  // Restarted in the very second of the crash, as without a restart_delay.
  writeHistory(root, "api", crashes(2, 0));
  const report = await reportOn(root, { until: T + 1000 });
  assertEquals([report.wanted, report.up], [1000, 2 + 800]);
  assertEquals([report.restarts, report.crashes], [100, 100]);
  assertEquals(report.longest_outage, { from: T + 2, seconds: 198 });
});

Deno.test("from a crash on it is down until it is ready, where it says that it is", async () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  const launch = { event: "restart", awaits_ready: true };
  writeHistory(root, "api", [
    { time: T, event: "start", pid: 1 },
    { time: T + 100, event: "crash", pid: 1, exit_code: 1, uptime: 100 },
    { time: T + 100, ...launch, pid: 2 },
    { time: T + 100, event: "online", pid: 2 },
    { time: T + 130, event: "ready", pid: 2 },
    // Ready for ten seconds: of a run that says so, those count.
    { time: T + 140, event: "crash", pid: 2, exit_code: 1, uptime: 40 },
    { time: T + 140, ...launch, pid: 3 },
    // Another supervisor adopts it meanwhile; it never becomes ready.
    { time: T + 200, event: "adopt", pid: 3 },
    { time: T + 340, event: "crash", pid: 3, exit_code: 1, uptime: 200 },
    { time: T + 340, ...launch, pid: 4 },
    { time: T + 350, event: "ready", pid: 4 },
    { time: T + 1000, event: "stop", pid: 4, uptime: 660 },
  ]);
  const present = { status: "stopped", present: "off" } as const;
  const report = await reportOn(root, { presentOf: () => present });
  assertEquals([report.wanted, report.up], [1000, 100 + 10 + 650]);
  assertEquals(report.longest_outage, { from: T + 140, seconds: 210 });
});

Deno.test("charts begin where the data does, with no more points than minutes", async () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  const until = T + 24 * HOUR;
  const from = until - 10 * 60;
  writeHistory(root, "api", [{ time: from, event: "start", pid: 1 }]);
  writeMetrics(root, [...minutes("old", T, until), ...minutes("api", from, until)]);
  const { traces } = await makeReport(root, {
    since: T,
    until,
    names: ["api", "old"],
    presentOf: () => ({ status: "online", present: "up" }),
    points: 120,
  }, new LineProblems());
  const shown = ["api", "old"].map((name) => {
    const { since, cpu, mem } = traces.get(name)!;
    return [since, cpu.length, mem.filter(({ mean }) => mean !== null).length];
  });
  assertEquals(shown, [[from, 10, 10], [T, 120, 120]]);
});

Deno.test("one that gave up counts as down until somebody stops it", async () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  writeHistory(root, "api", [
    { time: T, event: "start", pid: 1 },
    { time: T + HOUR, event: "crash", pid: 1, exit_code: 1, uptime: HOUR },
    { time: T + HOUR, event: "errored", reason: "16 unstable restarts in a row" },
    { time: T + 4 * HOUR, event: "stop", pid: null },
    { time: T + 9 * HOUR, event: "start", pid: 2 },
    { time: T + 10 * HOUR, event: "stop", pid: 2, uptime: HOUR },
  ]);
  const present = { status: "stopped", present: "off" } as const;
  const report = await reportOn(root, { presentOf: () => present });
  assertEquals([report.wanted, report.up], [5 * HOUR, 2 * HOUR]);
  assertEquals(report.longest_outage, { from: T + HOUR, seconds: 3 * HOUR });
});

Deno.test("one that is up is up as long as the kernel says, wherever the clock was set", async () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  const now = T + 10 * HOUR;
  // By the clock of that time it was started two hours before, or after, what is now now.
  for (const started of [now - 2 * HOUR, now + 2 * HOUR]) {
    writeHistory(root, "api", [
      { time: started, event: "start", pid: 1 },
      { time: started, event: "online", pid: 1 },
    ]);
    const present = { status: "online", present: "up", upSince: now - 600 } as const;
    const report = await reportOn(root, { until: now, isOpen: true, presentOf: () => present });
    assertEquals([report.wanted, report.up, report.availability], [600, 600, 1]);
  }
});

Deno.test("what was recorded before the clock was set back counts, where the period ends now", async () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  writeHistory(root, "api", [
    { time: T + 5 * HOUR, event: "start", pid: 1 },
    { time: T + 6 * HOUR, event: "crash", pid: 1, exit_code: 1, uptime: HOUR },
    // Here the clock was set back by five hours.
    { time: T + HOUR, event: "restart", pid: 2 },
  ]);
  const present = { status: "online", present: "up", upSince: T + HOUR } as const;
  const options = { until: T + 2 * HOUR, presentOf: () => present };
  const report = await reportOn(root, { ...options, isOpen: true });
  assertEquals([report.crashes, report.restarts, report.up], [1, 1, 2 * HOUR]);
  assertEquals((await reportOn(root, options)).crashes, 0);
});

Deno.test("a job that ended and is not restarted is not missed", async () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  writeHistory(root, "api", [
    { time: T, event: "start", pid: 1 },
    { time: T + HOUR, event: "exit", pid: 1, exit_code: 0, uptime: HOUR },
    { time: T + 9 * HOUR, event: "start", pid: 2 },
    { time: T + 10 * HOUR, event: "exit", pid: 2, exit_code: 0, uptime: HOUR },
  ]);
  const present = { status: "stopped", present: "off" } as const;
  const report = await reportOn(root, { presentOf: () => present });
  assertEquals([report.availability, report.wanted], [1, 2 * HOUR]);
});

Deno.test("a leak shows, though restarts give the memory back", async () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  const starts = [0, 6, 12, 18].map((hour) => T + hour * HOUR);
  writeHistory(
    root,
    "api",
    starts.map((time, index) => ({ time, event: index ? "restart" : "start", pid: index + 1 })),
  );
  const leak = (time: number) => ({ mem: 50_000 + (time - T) % (6 * HOUR) / 60 * 10 });
  writeMetrics(root, minutes("api", T, T + 24 * HOUR, leak));
  const { mem_growth, mem, minutes: measured } = await reportOn(root);
  assertEquals([mem_growth, measured], [600, 1440]);
  assertEquals(mem!.max, 53_590);
});

Deno.test("steady memory does not grow, and of a few minutes nothing is said", async () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  writeMetrics(root, minutes("api", T, T + HOUR));
  assertEquals((await reportOn(root)).mem_growth, 0);
  assertEquals((await reportOn(root, { until: T + 300 })).mem_growth, null);
});

Deno.test("a clock that jumps back neither takes from the time up nor adds to it", async () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  // Set back by an hour two hours after its start; it crashed half an hour later.
  writeHistory(root, "api", [
    { time: T + 2 * HOUR, event: "start", pid: 1 },
    { time: T + 3.5 * HOUR, event: "crash", pid: 1, exit_code: 2, uptime: 2.5 * HOUR },
    { time: T + 3.5 * HOUR + 60, event: "restart", pid: 2 },
    { time: T + 3 * HOUR, event: "crash", pid: 2, exit_code: 2, uptime: 600 },
    { time: T + 2.9 * HOUR, event: "restart", pid: 3 },
    { time: T + 5 * HOUR, event: "stop", pid: 3, uptime: 2.1 * HOUR },
  ]);
  const present = { status: "stopped", present: "off" } as const;
  const report = await reportOn(root, { presentOf: () => present });
  assertEquals(report.up, 2.5 * HOUR + 600 + 2.1 * HOUR);
  assertEquals(report.wanted - report.up, 60);
});

Deno.test("metrics of a clock that jumped back are all counted, and no growth is made up", async () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  const first = minutes("api", T, T + 2 * HOUR, () => ({ mem: 1000 }));
  const second = minutes("api", T + HOUR, T + 3 * HOUR, () => ({ mem: 5000 }));
  writeMetrics(root, [...first, ...second]);
  const { mem_growth, minutes: measured } = await reportOn(root);
  assertEquals([mem_growth, measured], [0, 240]);
});

Deno.test("a supervisor that was killed costs no time up: its process ran on", async () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  writeHistory(root, "api", [
    { time: T, event: "start", pid: 1 },
    { time: T + 5 * HOUR, event: "adopt", pid: 1 },
  ]);
  writeMetrics(root, [
    ...minutes("api", T, T + HOUR),
    ...minutes("api", T + 5 * HOUR, T + 24 * HOUR),
  ]);
  const report = await reportOn(root);
  assertEquals([report.availability, report.wanted], [1, 24 * HOUR]);
  assertEquals([report.crashes, report.minutes], [0, 20 * 60]);
});

Deno.test("a process found dead counts as up until it was last measured", async () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  writeHistory(root, "api", [
    { time: T, event: "start", pid: 1 },
    { time: T + 5 * HOUR, event: "crash", pid: 1, reason: "found dead" },
    { time: T + 5 * HOUR, event: "restart", pid: 2 },
  ]);
  writeMetrics(root, [
    ...minutes("api", T, T + HOUR),
    ...minutes("api", T + 5 * HOUR, T + 24 * HOUR),
  ]);
  const report = await reportOn(root);
  assertEquals([report.wanted, report.up], [24 * HOUR, 20 * HOUR]);
  assertEquals(report.longest_outage, { from: T + HOUR, seconds: 4 * HOUR });
  assertEquals(report.crashes_by, { unknown: 1 });
});

Deno.test("after a reboot the next start tells that it was down", async () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  writeHistory(
    root,
    "api",
    [
      { time: T, event: "start", pid: 100 },
      { time: T + 3 * HOUR, event: "start", pid: 100, reason: "resurrected" },
    ].map((entry, index) => ({ ...entry, pid: 100 + index })),
  );
  writeMetrics(root, [
    ...minutes("api", T, T + 2 * HOUR),
    ...minutes("api", T + 3 * HOUR, T + 4 * HOUR),
  ]);
  const report = await reportOn(root, { until: T + 4 * HOUR });
  assertEquals([report.wanted, report.up], [4 * HOUR, 3 * HOUR]);
  assertEquals(report.crashes, 0);
});

Deno.test("an outage that nobody saw begin counts from the beginning of the period on", async () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  writeHistory(root, "api", [
    { time: T - 9 * HOUR, event: "start", pid: 100 },
    { time: T + 3 * HOUR + 30, event: "start", pid: 101, reason: "resurrected" },
  ]);
  // The machine was off from two hours before the period on.
  const before = minutes("api", T - 9 * HOUR, T - 2 * HOUR);
  const after = minutes("api", T + 3 * HOUR, T + 4 * HOUR);
  writeMetrics(root, after);
  const unknown = await reportOn(root, { since: T - HOUR, until: T + 4 * HOUR });
  // Where no metrics are kept of a time, their absence tells nothing.
  assertEquals(unknown.wanted - unknown.up, 3 * HOUR + 30);
  writeMetrics(root, before);
  const report = await reportOn(root, { until: T + 4 * HOUR });
  assertEquals([report.wanted, report.up], [4 * HOUR, HOUR - 30]);
  assertEquals(report.longest_outage, { from: T, seconds: 3 * HOUR + 30 });
  const present = { status: "dead", present: "down" } as const;
  const during = await reportOn(root, { until: T + 2 * HOUR, presentOf: () => present });
  assertEquals([during.wanted, during.up], [2 * HOUR, 0]);
  const whole = await reportOn(root, { since: T - 9 * HOUR, until: T + 4 * HOUR });
  assertEquals(whole.longest_outage, { from: T - 2 * HOUR, seconds: 5 * HOUR + 30 });
});

Deno.test("what is down now, and nobody saw it go, is down since it was last measured", async () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  writeHistory(root, "api", [{ time: T, event: "start", pid: 1 }]);
  writeMetrics(root, minutes("api", T, T + HOUR));
  const present = { status: "dead", present: "down" } as const;
  const report = await reportOn(root, { until: T + 4 * HOUR, presentOf: () => present });
  assertEquals([report.wanted, report.up], [4 * HOUR, HOUR]);
});

Deno.test("only what is within the period counts, of runs and outages that reach over its ends", async () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  writeHistory(root, "api", [
    { time: T - 9 * HOUR, event: "start", pid: 1 },
    { time: T - HOUR, event: "crash", pid: 1, exit_code: 1, uptime: 8 * HOUR },
    { time: T + HOUR, event: "restart", pid: 2 },
    { time: T + 3 * HOUR, event: "crash", pid: 2, exit_code: 1, uptime: 2 * HOUR },
    { time: T + 30 * HOUR, event: "restart", pid: 3 },
  ]);
  const report = await reportOn(root, { until: T + 4 * HOUR });
  assertEquals([report.wanted, report.up], [4 * HOUR, 2 * HOUR]);
  assertEquals([report.crashes, report.restarts], [1, 1]);
});

Deno.test("compressed days are read as plain ones, and a half-done compression counts once", async () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  const random = (time: number) => ({ cpu: time % 977 / 10, mem: 1000 + time % 99_991 });
  writeMetrics(root, minutes("api", T, T + 48 * HOUR, random));
  const options = { until: T + 48 * HOUR };
  const plain = await reportOn(root, options);
  assertEquals(plain.minutes, 2 * 1440);
  const file = `${root.metrics}/2024-10-13.jsonl`;
  const text = Deno.readTextFileSync(file);
  const { mtime } = Deno.statSync(file);
  await compressDays(root, Date.parse("2024-10-16T12:00:00Z"));
  assertEquals(await reportOn(root, options), plain);
  Deno.writeTextFileSync(file, text);
  Deno.utimeSync(file, mtime!, mtime!);
  assertEquals(await reportOn(root, options), plain);
});

Deno.test("lines that are none are counted by file and kind, and the others are read", async () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  writeMetrics(root, minutes("api", T, T + HOUR));
  const file = `${root.metrics}/2024-10-13.jsonl`;
  const spaced = `{ "name": "api", "mem": 7000, "cpu": 1e1, "time": ${T + HOUR} }`;
  const others = [
    "",
    '{"time":1,"na',
    '{"a":1}',
    "null",
    "[]",
    spaced,
    `{"time":${T},"name":"../x"}`,
  ];
  Deno.writeTextFileSync(file, `${others.join("\n")}\n{"time":172`, { append: true });
  Deno.writeTextFileSync(historyPath(root, "api"), "\n?\n", { append: true });
  Deno.writeTextFileSync(`${root.metrics}/2024-10-14.jsonl.gz`, "no gzip");
  const problems = new LineProblems();
  const { processes: [report] } = await makeReport(root, {
    since: T,
    until: T + 48 * HOUR,
    names: ["api"],
    presentOf: () => ({ status: "online", present: "up" }),
    points: 0,
  }, problems);
  assertEquals([report!.minutes, report!.mem!.max, report!.cpu!.max], [61, 7000, 10]);
  const [history, first, second] = problems.sentences();
  assertEquals(
    history,
    `${historyPath(root, "api")}: passed over 2 lines (1 damaged, 1 empty), the first is line 1`,
  );
  assertEquals(
    first,
    `${file}: passed over 7 lines (2 damaged, 1 empty, 4 foreign), the first is line 61`,
  );
  assert(second?.startsWith(`${root.metrics}/2024-10-14.jsonl.gz: passed over`), second);
});

Deno.test("the worst comes first", async () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  const start = { time: T, event: "start", pid: 1 };
  const crash = { time: T + HOUR, event: "crash", pid: 1, exit_code: 1, uptime: HOUR };
  writeHistory(root, "fine", [start]);
  writeHistory(root, "worst", [start, crash, { time: T + 3 * HOUR, event: "restart", pid: 2 }]);
  writeHistory(root, "bad", [start, crash, { time: T + 2 * HOUR, event: "restart", pid: 2 }]);
  const { processes } = await makeReport(root, {
    since: T,
    until: T + 24 * HOUR,
    names: ["fine", "worst", "bad", "unknown"],
    presentOf: (name) =>
      name === "unknown"
        ? { status: "removed", present: "off" }
        : { status: "online", present: "up" },
    points: 0,
  }, new LineProblems());
  assertEquals(processes.map(({ name }) => name), ["worst", "bad", "fine"]);
});

Deno.test("a job has runs, not uptime: neither its time at rest nor that after a failure is an outage", async () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  writeHistory(root, "api", [
    { time: T, event: "start", pid: 1 },
    { time: T + 60, event: "exit", pid: 1, exit_code: 0, uptime: 60 },
    { time: T + HOUR, event: "start", pid: 2 },
    { time: T + HOUR + 5, event: "crash", pid: 2, exit_signal: "SIGKILL", uptime: 5 },
    { time: T + 2 * HOUR, event: "crash", pid: null, reason: "cannot be launched" },
    { time: T + 3 * HOUR, event: "start", pid: 3 },
    { time: T + 3 * HOUR + 9, event: "crash", pid: 3, exit_code: 3, uptime: 9 },
  ]);
  const next = T + 25 * HOUR;
  const report = await reportOn(root, {
    presentOf: () => ({ status: "scheduled", present: "off", job: { next_run: next } }),
  });
  const { availability, longest_outage, mtbf, up, wanted } = report;
  assertEquals([availability, longest_outage, mtbf, up, wanted], [null, null, null, 74, 74]);
  assertEquals(report.job, {
    runs: 4,
    failures: 3,
    last_run: { time: T + 3 * HOUR + 9, exit_code: 3, duration: 9 },
    longest_duration: 60,
    next_run: next,
  });
});
