import { assertEquals } from "@std/assert";
import { findWriters } from "../../../src/process/linux/log_writers.ts";
import { parseRecord } from "../../../src/process/linux/read_process_table.ts";
import { sendSignal } from "../../../src/process/signals.ts";
import { TemporaryRoot } from "../../temporary_root.ts";
import { isThere } from "../../../src/files/path_info.ts";
import { until } from "../../e2e/harness.ts";

Deno.test("a look at the writers of a log finds whoever was born since they were found", async () => {
  using temporary = new TemporaryRoot();
  const ready = `${temporary.work}/ready`;
  // Of the two that are born one is nobody's child by then, and still of the session.
  const script = `read -r line
    sleep 100 &
    (sleep 100 &)
    echo >"$1"
    exec sleep 100`;
  const args = ["-c", script, "sh", ready];
  const leader = new Deno.Command("sh", { args, detached: true, stdin: "piped" }).spawn();
  const { start } = parseRecord(Deno.readTextFileSync(`/proc/${leader.pid}/stat`));
  const run = { pid: leader.pid, start };
  const owner = { name: "x", user: null, root: "/nowhere", logs: [], excluded: new Set<number>() };
  const writers = await findWriters({ ...owner, run });
  try {
    assertEquals(writers.found.map(({ pid }) => pid), [leader.pid]);
    const stdin = leader.stdin.getWriter();
    await stdin.write(new TextEncoder().encode("\n"));
    await stdin.close();
    await until("all to be born", () => isThere(ready));
    const born = await writers.look();
    assertEquals(born.length, 3);
    assertEquals((await writers.look()).map(({ pid }) => pid), born.map(({ pid }) => pid));
    sendSignal(leader.pid, "SIGSTOP");
    const states = async () => (await writers.look()).map(({ state }) => state).join("");
    await until("one alone to stand still", async () => /^T[^T]{2}$/.test(await states()));
  } finally {
    for (const { pid } of await writers.look()) sendSignal(pid, "SIGKILL");
    await leader.status;
  }
});
