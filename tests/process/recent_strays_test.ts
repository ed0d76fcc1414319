import { assertEquals, assertRejects } from "@std/assert";
import { holdersOf } from "../../src/process/linux/log_holders.ts";
import { readProcessTable } from "../../src/process/linux/read_process_table.ts";
import type { ProcessEntry } from "../../src/process/process_table.ts";
import { recentStrays } from "../../src/process/recent_strays.ts";
import { TemporaryRoot } from "../temporary_root.ts";
import { until } from "../e2e/harness.ts";
import { withFailing } from "../with_failing.ts";

Deno.test("what has left its session since the last look is found at once, without a name too", async () => {
  using temporary = new TemporaryRoot();
  const { dir, out } = temporary.process("api");
  Deno.mkdirSync(dir, { recursive: true });
  Deno.writeTextFileSync(out, "");
  const holders = async () => [
    ...holdersOf([out], (await recentStrays(await readProcessTable())).holders),
  ];
  assertEquals(await holders(), []);
  const pidFile = `${temporary.work}/pid`;
  // Forked twice: nobody's child, and of a session that nobody has seen.
  const script =
    `(setsid env -i sh -c 'echo $$ >"$1.new"; mv "$1.new" "$1"; exec sleep 60' sh "$1" \
    >>"$2" &)`;
  // No pipe: it would hold it open.
  const options = { args: ["-c", script, "sh", pidFile, out], stderr: "null" as const };
  await new Deno.Command("sh", options).spawn().status;
  const pidOf = () => Number(Deno.readTextFileSync(pidFile));
  const isThere = () => {
    try {
      return pidOf() > 0;
    } catch {
      return false;
    }
  };
  await until("the process to tell its pid", isThere);
  try {
    assertEquals(await holders(), [pidOf()]);
    assertEquals(await holders(), [pidOf()]);
  } finally {
    Deno.kill(pidOf(), "SIGKILL");
  }
});

Deno.test("strays are looked for again only where one may have been born since", async () => {
  const table = await readProcessTable();
  const own = table.get(Deno.pid)!;
  const none = Math.max(...table.keys()) + 1;
  const withOne = (entry: Partial<ProcessEntry>) =>
    new Map(table).set(none + 1, { ...own, pid: none + 1, start: own.start + 1, ...entry });
  // A look that can only fail tells that there was one.
  const looksAgain = async (entry: Partial<ProcessEntry>) => {
    await recentStrays(table);
    await withFailing(
      "find",
      () => assertRejects(() => recentStrays(withOne(entry)), Deno.errors.UnexpectedEof),
    );
  };
  await looksAgain({ session: none + 1 });
  await looksAgain({ ppid: none });

  // It counts for seconds only, which may pass on a busy machine.
  const isShared = async (): Promise<boolean> => {
    await recentStrays(table);
    try {
      await withFailing("find", async () => {
        await recentStrays(table);
        await recentStrays(withOne({ ppid: Deno.pid }));
      });
      return true;
    } catch {
      return false;
    }
  };
  await until("a look that is shared", isShared);
});
