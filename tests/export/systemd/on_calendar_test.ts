import { assert, assertEquals } from "@std/assert";
import { cronPattern } from "../../../src/export/kubernetes/cron_pattern.ts";
import { readCronTimes } from "../../../src/export/cron_times.ts";
import { onCalendar } from "../../../src/export/systemd/on_calendar.ts";
import { nextRun } from "../../../src/schedule/next_run.ts";
import { testNeeding } from "../../test_needing.ts";

/** A Wednesday. */
const FROM = Date.UTC(2026, 6, 1, 12, 0, 0);
const TIMES = 12;

const PATTERNS = [
  "* * * * *",
  "*/5 * * * *",
  "0 */6 * * *",
  "30 2 * * *",
  "30 2 * * 1-5",
  "0 9-17/2 * * MON-FRI",
  "15,45 8,20 1,15 * *",
  "0 0 1,15 * FRI",
  "0 12 * JAN,JUL 7",
  "0 12 13 * 0",
  "0 0 L * *",
  "0 0 1,L 2 *",
  "10-12,50 1 * */3 *",
  "0 0 */10 * 2,4",
  "*/15 30 4 * * *",
  "@daily",
  "@weekly",
  "@yearly",
  "0 8 ? * SUN",
];

/** The next times of a pattern, as tsm has them. */
function runsOf(pattern: string, count: number): readonly number[] {
  const runs: number[] = [];
  for (let at: number | undefined = FROM; runs.length < count;) {
    at = nextRun(pattern, at, "UTC");
    if (at === undefined) break;
    runs.push(at);
  }
  return runs;
}

/** The next times of values of `OnCalendar=`, as systemd has them. */
function elapses(values: readonly string[]): readonly number[] {
  const { stdout, stderr } = new Deno.Command("systemd-analyze", {
    args: [
      "calendar",
      `--base-time=@${FROM / 1000}`,
      `--iterations=${TIMES}`,
      ...values,
    ],
    env: { LC_ALL: "C", TZ: "UTC" },
  }).outputSync();
  const text = new TextDecoder().decode(stdout);
  assert(text !== "", `${values}: ${new TextDecoder().decode(stderr)}`);
  const found = [...text.matchAll(/(?:Next elapse|Iter\. #\d+): \w+ (\S+) (\S+) UTC/g)]
    .map(([, day, time]) => Date.parse(`${day}T${time}Z`));
  return [...new Set(found)].sort((a, b) => a - b).slice(0, TIMES);
}

testNeeding(["systemd-analyze"], "a timer comes when the cron pattern does", () => {
  for (const pattern of PATTERNS) {
    const times = readCronTimes(pattern);
    assert(times !== undefined, pattern);
    const values = onCalendar(times, "UTC");
    assertEquals(elapses(values), runsOf(pattern, TIMES), `${pattern}: ${values.join(" | ")}`);
  }
});

Deno.test("the pattern of a CronJob comes when the one it was made of does", () => {
  for (const pattern of PATTERNS) {
    const times = readCronTimes(pattern)!;
    const made = cronPattern(times);
    if (made === undefined) {
      assert(/L/.test(pattern) || pattern.split(" ").length === 6, pattern);
      continue;
    }
    assertEquals(runsOf(made, TIMES), runsOf(pattern, TIMES), `${pattern}: ${made}`);
    // What reads it there knows neither names nor 7.
    assert(/^[0-9*,/ -]+$/.test(made) && !/7$/.test(made), made);
  }
});

Deno.test("what another engine cannot express is not read", () => {
  const patterns = [
    "0 0 15W * *",
    "0 0 * * 5#2",
    "0 0 * * 5L",
    "60 * * * *",
    "5/20 * * * *",
    "a b c d e",
    "",
    "5-1 * * * *",
  ];
  for (const pattern of patterns) assertEquals(readCronTimes(pattern), undefined, pattern);
});

Deno.test("the time zone stands behind the time", () => {
  const times = readCronTimes("30 2 * * *")!;
  assertEquals(onCalendar(times, "Europe/Berlin"), ["*-*-* 02:30:00 Europe/Berlin"]);
});
