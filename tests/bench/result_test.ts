import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { Bench } from "../../scripts/bench/bench.ts";
import { formatChart } from "../../scripts/bench/chart.ts";
import { interleave } from "../../scripts/bench/measure.ts";
import { missingNumbers } from "../../scripts/bench/missing_numbers.ts";
import { withRows } from "../../scripts/bench/readme_rows.ts";
import { formatHeadlines, formatResult, formatTable } from "../../scripts/bench/report.ts";
import {
  atLeastTimes,
  atMost,
  atMostOver,
  atMostTimes,
  LIMIT,
  median,
  type Result,
  timesFaster,
} from "../../scripts/bench/result.ts";

const RESULT: Result = {
  what: "ls",
  unit: "ms",
  series: [
    { contender: "tsm", samples: [30, 10, 20], cpu: 5 },
    { contender: "PM2", samples: [100, 100] },
    { contender: LIMIT, samples: [18] },
  ],
  targets: [timesFaster(5, "PM2"), atMostTimes(1.05, LIMIT), timesFaster(2, "nobody")],
};

Deno.test("the median is the middle, or the mean of the two in the middle", () => {
  assertEquals(median([9, 1, 5]), 5);
  assertEquals(median([9, 1, 5, 7]), 6);
});

Deno.test("targets are judged by medians, and not at all where nobody is there to compare with", () => {
  assertEquals(RESULT.targets.map(({ isMet }) => isMet(RESULT)), [true, false, undefined]);
  assertEquals(atMost(20, "").isMet(RESULT), true);
  assertEquals(atMost(19, "").isMet(RESULT), false);
  assertEquals(atMostOver(2, LIMIT).isMet(RESULT), true);
  assertEquals(atMostOver(1, LIMIT).isMet(RESULT), false);
  assertEquals(atLeastTimes(1.2, LIMIT).isMet(RESULT), false);
  assertEquals(atLeastTimes(1.1, LIMIT).isMet(RESULT), true);
});

Deno.test("a chart shows a bar for each, ratios to tsm, and what was reached", () => {
  const text = formatResult(RESULT, false);
  const lines = text.split("\n");
  assertEquals(lines[0], "ls, ms");
  assertEquals(/█+/.exec(lines[1]!)?.[0].length, 8);
  assertEquals(/█+/.exec(lines[2]!)?.[0].length, 40);
  assertEquals(lines.filter((line) => /×5\.00|×0\.90/.test(line)).length, 2);
  assertEquals(lines.slice(4).map((line) => line.trim()[0]), ["✓", "✗", "?"]);
});

Deno.test("the table has a row for each result, tsm first and the limit last", () => {
  const [header = "", , row = ""] = formatTable([RESULT]).split("\n");
  const cells = (line: string) => line.split("|").map((cell) => cell.trim()).slice(1, -1);
  assertEquals(cells(header), ["what", "tsm", "PM2", "limit", "to reach"]);
  assertEquals(cells(row).slice(0, 4), ["ls, ms", "20", "100 (×5.00)", "18 (×0.90)"]);
});

Deno.test("the README and the picture show what has a headline, without the limit", () => {
  const results = [RESULT, { ...RESULT, headline: "List < all" }];
  const rows = formatHeadlines(results);
  const cells = rows.split("\n").map((line) => line.split("|").map((cell) => cell.trim()));
  assertEquals(cells[0], ["", "what", "tsm", "PM2", ""]);
  assertEquals(cells.slice(2), [["", "List < all", "20 ms", "100 ms", ""]]);
  const chart = formatChart(results, "Medians of 2026 & 2027");
  assertEquals(chart.match(/<rect/g)?.length, 2);
  assertEquals([...chart.matchAll(/width="(\d+)" height="14"/g)].map(([, width]) => width), [
    "106",
    "530",
  ]);
  assertStringIncludes(chart, ">List &lt; all, ms<");
  assertStringIncludes(chart, ">Medians of 2026 &amp; 2027<");
  const readme = Deno.readTextFileSync(new URL("../../README.md", import.meta.url));
  const once = withRows(readme, rows);
  assertStringIncludes(once, `\n\n${rows}\n\n`);
  // What was there before is replaced, and nothing else.
  assertEquals(withRows(once, rows), once);
  assertEquals(once.split("## More to read")[1], readme.split("## More to read")[1]);
});

Deno.test("tasks are run in turns, there and back, and one that knows its figure gives it", async () => {
  const ran: string[] = [];
  const series = await interleave([
    { contender: "a", run: () => Promise.resolve(void ran.push("a")) },
    { contender: "b", before: () => void ran.push("-"), run: () => Promise.resolve(ran.push("b")) },
  ], 2);
  assertEquals(ran.join(""), "a-b-ba");
  assertEquals(series[1]!.samples, [3, 5]);
});

Deno.test("a task that fails is left out from then on, with what it had measured", async () => {
  let left = 2;
  const ran: string[] = [];
  const series = await interleave(
    [
      { contender: "a", run: () => Promise.resolve(void ran.push("a")) },
      {
        contender: "b",
        run: () => left-- > 1 ? Promise.resolve(1) : Promise.reject(new Error("broken")),
        after: () => void ran.push("b"),
      },
    ],
    3,
    (_, work) => Promise.resolve(work()).then(() => true, () => false),
  );
  assertEquals(ran.join(""), "abaa");
  assertEquals(series.map(({ contender, samples }) => [contender, samples.length]), [["a", 3]]);
});

Deno.test("another than tsm that fails is left out of all that follows, tsm's failure is thrown", async () => {
  const contender = (name: string) => ({ name, version: "1", open: () => Promise.reject() });
  const bench = new Bench({
    dir: "/nowhere",
    tsm: "tsm",
    contenders: [contender("tsm"), contender("PM2")],
    limits: { empty: "", idle: "", spawner: undefined },
    quick: true,
  });
  const fail = () => Promise.reject(new Error("broken"));
  assertEquals(await bench.attempt("PM2", () => {}), true);
  assertEquals(await bench.attempt("PM2", fail), false);
  assertEquals(await bench.attempt("PM2", () => {}), false);
  assertEquals(bench.contenders.map(({ name }) => name), ["tsm"]);
  assertEquals(bench.leftOut, [{ name: "PM2", reason: "broken" }]);
  await assertRejects(() => bench.attempt("tsm", fail), Error, "broken");
  await assertRejects(() => bench.attempt(LIMIT, fail), Error, "broken");
});

Deno.test("numbers that are missing are counted across blocks, in any order and once", async () => {
  const missingIn = (...blocks: string[]) => {
    const bytes = blocks.map((text) => new TextEncoder().encode(text));
    return missingNumbers(ReadableStream.from(bytes), 10);
  };
  assertEquals(await missingIn("10\n11\n", "12\n1", "3\n14"), { written: 4, missing: 0 });
  assertEquals(await missingIn("10\n11\n16\n", "11\n12\n"), { written: 7, missing: 3 });
  // What was lost had the end of 11 in it, and the beginning of 15.
  assertEquals(await missingIn("10\n1", "\n16\n"), { written: 7, missing: 5 });
  assertEquals(await missingIn(), { written: 0, missing: 0 });
});

Deno.test("numbers are missed behind eight millions of others, too", async () => {
  const [first, last] = [10_000_000, 19_000_000];
  const numbers = `${last}\n${first + 1}\n${last}\n`;
  const stream = ReadableStream.from([new TextEncoder().encode(numbers)]);
  assertEquals(await missingNumbers(stream, first), { written: 9_000_001, missing: 8_999_999 });
});
