/**
 * Checks reports against `jq` on the same files.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { compressDays } from "../../src/db/retention/compress_days.ts";
import { LineProblems } from "../../src/db/line_problems.ts";
import { makeReport } from "../../src/db/report.ts";
import { randomNumbers } from "../seed.ts";
import { TemporaryRoot } from "../temporary_root.ts";
import { testNeeding } from "../test_needing.ts";
import { minutes, writeHistory, writeMetrics } from "./make_db.ts";

const T = Date.parse("2024-10-12T00:00:00Z") / 1000;
const HOUR = 3600;
const UNTIL = T + 2 * 24 * HOUR;
const NAMES = ["api-3000", "worker", "web"];

/** The README's questions, asked of one process and period. */
const METRICS = `
def rank(q): sort | .[([1, (length * q | ceil)] | max) - 1];
[inputs | select(.name == $name and .time >= $since and .time < $until)] |
{ minutes: length,
  cpu: { mean: (map(.cpu) | add / length), p50: (map(.cpu) | rank(0.5)),
    p95: (map(.cpu) | rank(0.95)), max: (map(.cpu_max) | max) },
  mem: { mean: (map(.mem) | add / length), p50: (map(.mem) | rank(0.5)),
    p95: (map(.mem) | rank(0.95)), max: (map(.mem_max) | max) },
  growth: ((map(.time) | add / length) as $x | (map(.mem) | add / length) as $y |
    (map((.time - $x) * (.mem - $y)) | add) / (map((.time - $x) * (.time - $x)) | add) * 3600) }`;
const HISTORY = `
[inputs | select(.time >= $since and .time < $until)] |
{ restarts: map(select(.event == "restart")) | length,
  crashes_by: (map(select(.event == "crash") | .exit_signal // "exit code \\(.exit_code)") |
    group_by(.) | map({ key: .[0], value: length }) | from_entries),
  up: (map(select(.event == "crash" or .event == "stop") | .uptime) | add) }`;

type Figures = Readonly<Record<"mean" | "p50" | "p95" | "max", number>>;

/** What jq answers to {@linkcode METRICS}. */
interface Used {
  readonly minutes: number;
  readonly cpu: Figures;
  readonly mem: Figures;
  readonly growth: number;
}

/** What jq answers to {@linkcode HISTORY}. */
interface Lived {
  readonly restarts: number;
  readonly crashes_by: Readonly<Record<string, number>>;
  readonly up: number;
}

async function jq<Answer>(
  program: string,
  files: string,
  since: number,
  name: string,
): Promise<Answer> {
  const { stdout, stderr, success } = await new Deno.Command("sh", {
    args: [
      "-c",
      `{ zcat -f ${files}; } | jq -n --arg name "$1" --argjson since "$2" --argjson until "$3" "$4"`,
      "sh",
      name,
      String(since),
      String(UNTIL),
      program,
    ],
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

function assertClose(actual: number, expected: number, share: number, what: string): void {
  const most = Math.max(Math.abs(expected) * share, 1e-6);
  assert(Math.abs(actual - expected) <= most, `${what}: ${actual}, and jq says ${expected}`);
}

function fill(temporary: TemporaryRoot): void {
  const { root } = temporary;
  const random = randomNumbers();
  const lines = NAMES.flatMap((name, index) =>
    minutes(name, T, UNTIL, (time) => ({
      cpu: Math.round(random() ** 3 * 4000) / 10,
      mem: Math.round(50_000 * (index + 1) + (time - T) / 60 * index + random() * 900_000),
    }))
  );
  writeMetrics(root, lines.sort((a, b) => a.time - b.time));
  for (const name of NAMES) {
    const entries: Record<string, unknown>[] = [{ time: T, event: "start", pid: 1 }];
    let time = T;
    for (let pid = 1; time < UNTIL - 4 * HOUR; pid++) {
      // A run that crashes sooner behind a crash does not count as up, of which jq knows nothing.
      const uptime = 60 + Math.floor(random() * 3 * HOUR);
      time += uptime;
      const how = random() < 0.5 ? { exit_signal: "SIGSEGV" } : { exit_code: 1 + pid % 3 };
      entries.push({ time, event: "crash", pid, ...how, uptime });
      time += Math.floor(random() * 90);
      entries.push({ time, event: "restart", pid: pid + 1 });
    }
    const last = entries.at(-1) as { time: number; pid: number };
    entries.push({
      time: UNTIL - 60,
      event: "stop",
      pid: last.pid,
      uptime: UNTIL - 60 - last.time,
    });
    writeHistory(root, name, entries);
  }
}

testNeeding(
  ["jq"],
  "reports say what jq says of the same files, plain and compressed, crashes and percentiles",
  async () => {
    using temporary = new TemporaryRoot();
    const { root } = temporary;
    fill(temporary);
    await compressDays(root, Date.parse("2024-10-14T12:00:00Z"));
    assertEquals([...Deno.readDirSync(root.metrics)].map(({ name }) => name).sort(), [
      "2024-10-12.jsonl.gz",
      "2024-10-13.jsonl",
    ]);
    const { processes } = await makeReport(root, {
      since: T,
      until: UNTIL,
      names: NAMES,
      presentOf: () => ({ status: "stopped", present: "off" }),
      points: 0,
    }, new LineProblems());
    assertEquals(processes.length, NAMES.length);
    for (const report of processes) {
      const { name } = report;
      const used = await jq<Used>(METRICS, `${root.metrics}/*`, T, name);
      const lived = await jq<Lived>(HISTORY, `${root.history}/${name}.jsonl`, T, name);
      assertEquals(report.minutes, used.minutes);
      assertEquals(
        [report.restarts, report.up, report.crashes_by],
        [lived.restarts, lived.up, lived.crashes_by],
      );
      assertEquals(report.wanted, UNTIL - 60 - T);
      assertEquals([report.cpu!.max, report.mem!.max], [used.cpu.max, used.mem.max]);
      for (const figure of ["mean", "p50", "p95"] as const) {
        assertClose(report.cpu![figure], used.cpu[figure], 0.001, `cpu ${figure} of ${name}`);
        assertClose(report.mem![figure], used.mem[figure], 0.001, `mem ${figure} of ${name}`);
      }
    }
    // Without a history there is but one run, as jq has it.
    for (const name of NAMES) Deno.removeSync(`${root.history}/${name}.jsonl`);
    const since = T + 5.5 * HOUR;
    const { processes: [report] } = await makeReport(root, {
      since,
      until: UNTIL,
      names: ["web"],
      presentOf: () => ({ status: "online", present: "up" }),
      points: 0,
    }, new LineProblems());
    const used = await jq<Used>(METRICS, `${root.metrics}/*`, since, "web");
    assertEquals(report!.minutes, used.minutes);
    assertClose(report!.mem_growth!, used.growth, 0.01, "growth");
  },
);
