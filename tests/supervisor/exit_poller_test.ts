import { assertEquals } from "@std/assert";
import type { Exit } from "../../src/process/launch.ts";
import { type ProcessTable, readProcessTable } from "../../src/process/process_table.ts";
import { ExitPoller } from "../../src/supervisor/exit_poller.ts";

const UNKNOWN: Exit = { code: null, signal: null };

/** Whether a promise has settled yet. */
async function hasSettled(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol("pending");
  return await Promise.race([promise, Promise.resolve(pending)]) !== pending;
}

function sleeper(): Deno.ChildProcess {
  return new Deno.Command("sleep", { args: ["60"] }).spawn();
}

Deno.test("the end of a process is seen by looking, its exit code unknown", async () => {
  const poller = new ExitPoller();
  const [first, second] = [sleeper(), sleeper()];
  const firstEnd = poller.watch(first.pid, 1);
  const secondEnd = poller.watch(second.pid, 1);
  first.kill("SIGKILL");
  await first.status;
  assertEquals(await firstEnd, UNKNOWN);
  assertEquals(await hasSettled(secondEnd), false);
  second.kill("SIGKILL");
  await second.status;
  assertEquals(await secondEnd, UNKNOWN);
  // The test's sanitizer would find a timer that is left.
});

Deno.test("a pid that was given to another process is seen in the table", async () => {
  const poller = new ExitPoller();
  const child = sleeper();
  try {
    const table = await readProcessTable();
    const { start } = table.get(child.pid)!;
    const same = poller.watch(child.pid, start);
    poller.compare(table);
    assertEquals(await hasSettled(same), false);
    const reused: ProcessTable = new Map([[child.pid, {
      ...table.get(child.pid)!,
      start: start + 1,
    }]]);
    poller.compare(reused);
    assertEquals(await same, UNKNOWN);
  } finally {
    child.kill("SIGKILL");
    await child.status;
    poller.close();
  }
});

Deno.test("a zombie, which still answers to its pid, is seen in the table", async () => {
  const poller = new ExitPoller();
  const child = sleeper();
  try {
    const table = await readProcessTable();
    const entry = table.get(child.pid)!;
    const ended = poller.watch(child.pid, entry.start);
    poller.compare(new Map([[child.pid, { ...entry, state: "Z" }]]));
    assertEquals(await ended, UNKNOWN);
  } finally {
    child.kill("SIGKILL");
    await child.status;
    poller.close();
  }
});

Deno.test("a closed poller looks no more", async () => {
  const poller = new ExitPoller();
  const child = sleeper();
  const ended = poller.watch(child.pid, 1);
  poller.close();
  child.kill("SIGKILL");
  await child.status;
  poller.compare(new Map());
  assertEquals(await hasSettled(ended), false);
});
