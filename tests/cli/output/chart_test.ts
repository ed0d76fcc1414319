import { assert, assertEquals } from "@std/assert";
import { drawChart, drawTimeAxis, plotWidth } from "../../../src/cli/output/chart.ts";

const options = { width: 20, height: 2, format: (value: number) => `${value}M` };

Deno.test("a chart has a column a value, from zero to the greatest, with units at its axis", () => {
  assertEquals(drawChart([8, 4, null, 2, 0], options), [
    "8M ┤█",
    "4M ┤██ ▄▁",
  ]);
});

Deno.test("a label that several lines would have stands at the first of them", () => {
  const rounded = { width: 20, height: 4, format: () => "0.1%" };
  assertEquals(drawChart([1], rounded), ["0.1% ┤█", "     │█", "     │█", "     │█"]);
});

Deno.test("values of nothing but zero make a flat line, not an error", () => {
  assertEquals(drawChart([0, 0], { ...options, height: 1 }), ["1M ┤▁▁"]);
  assertEquals(drawChart([null], { ...options, height: 1 }), ["1M ┤"]);
});

Deno.test("a chart fits the width, axis included", () => {
  for (const width of [30, 80, 200]) {
    const columns = plotWidth(width, ["100.0%", "5M"]);
    const values = Array.from({ length: columns }, (_, index) => index);
    const lines = drawChart(values, { width, height: 8, format: () => "100.0%" });
    assert([...lines, ...drawTimeAxis(6, columns, "then", "now")]
      .every((line) => [...line].length <= width));
    assertEquals([...lines.at(-1)!].length, width);
  }
});

Deno.test("the axis of time has both ends where there is room, and one where there is not", () => {
  assertEquals(drawTimeAxis(2, 10, "from", "to"), ["   └──────────", "    from    to"]);
  assertEquals(drawTimeAxis(2, 5, "from", "to"), ["   └─────", "    from"]);
});
