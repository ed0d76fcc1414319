import { assert, assertEquals } from "@std/assert";
import { readProcesses } from "../../src/process/process_table.ts";
import { runShell } from "../../src/process/run_shell.ts";
import { ExitPoller } from "../../src/supervisor/exit_poller.ts";

Deno.test("the exit of a process that is nobody's child is seen soon, its code unknown", async () => {
  const poller = new ExitPoller();
  try {
    // Left to pid 1, which in a container may take its time to bury it.
    const pid = Number(await runShell("sleep 1000 >/dev/null 2>&1 & echo $!"));
    const { start } = (await readProcesses([pid])).get(pid)!;
    let seen: number | undefined;
    const exited = poller.watch(pid, start).then((exit) => {
      seen = performance.now();
      return exit;
    });
    await new Promise((resolve) => setTimeout(resolve, 600));
    assertEquals(seen, undefined);
    const killed = performance.now();
    Deno.kill(pid, "SIGKILL");
    assertEquals(await exited, { code: null, signal: null });
    // 250 ms are promised; a busy machine gets some more.
    assert(seen! - killed < 1000, `seen after ${Math.round(seen! - killed)} ms`);
  } finally {
    poller.close();
  }
});

Deno.test("a pid that belongs to another process by now counts as an exit", async () => {
  const poller = new ExitPoller();
  try {
    const { start } = (await readProcesses([Deno.pid])).get(Deno.pid)!;
    const exited = poller.watch(Deno.pid, start + 1);
    poller.compare(await readProcesses([Deno.pid]));
    assertEquals(await exited, { code: null, signal: null });
  } finally {
    poller.close();
    // The look at pid 1's habits is still under way.
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
});
