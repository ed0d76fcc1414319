import { assertEquals } from "@std/assert";
import { readHistory } from "../../src/db/read_history.ts";
import { recentHistory, type RecentOptions } from "../../src/db/recent_history.ts";
import { historyPath } from "../../src/root.ts";
import { TemporaryRoot } from "../temporary_root.ts";

const NO_PAUSE = { pause: () => Promise.resolve() };

Deno.test("the newest entries are read from the end of a file of any length, whole and in their order", async () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  const recent = (options: Omit<RecentOptions, "pause">) =>
    recentHistory(root, "api", { ...options, ...NO_PAUSE });
  assertEquals(await recent({ lines: 5 }), []);
  // Lines of all lengths: the borders of pieces fall everywhere in them.
  const lines = Array.from(
    { length: 20_000 },
    (_, time) =>
      time % 1000 === 999
        ? "damaged"
        : JSON.stringify({ time, event: "crash", name: "api", reason: "é".repeat(time % 97) }),
  );
  Deno.writeTextFileSync(historyPath(root, "api"), `${lines.join("\n")}\n`);
  const all = readHistory(root, "api");
  assertEquals(await recent({ lines: 100_000 }), all);
  assertEquals(await recent({ lines: 3 }), all.slice(-3));
  assertEquals(
    await recent({ lines: 100_000, since: 12_345, until: 12_350 }),
    all.filter(({ time }) => time >= 12_345 && time < 12_350),
  );
  assertEquals((await recent({ lines: 2, until: 10_000 })).map(({ time }) => time), [9997, 9998]);
});
