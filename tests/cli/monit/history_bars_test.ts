import { assertEquals } from "@std/assert";
import { historyBars } from "../../../src/cli/monit/history_bars.ts";

Deno.test("numbers become bars, the greatest the highest, the latest at the end", () => {
  assertEquals(historyBars([0, 50, 100], 4, 10), " ▁▅█");
  assertEquals(historyBars([1, 2, 3, 4], 2, 1), "▇█");
});

Deno.test("noise about zero stays low, and no values are blanks", () => {
  assertEquals(historyBars([0.1, 0.2, 0], 3, 10), "▁▁▁");
  assertEquals([historyBars([], 3, 10), historyBars([1], 0, 1)], ["   ", ""]);
});
