import { assertEquals } from "@std/assert";
import { readProcesses } from "../../src/process/linux/read_process_table.ts";
import { runShell } from "../../src/process/run_shell.ts";
import { ExitPoller } from "../../src/supervisor/exit_poller.ts";

Deno.test("the exit of a process that is nobody's child is seen, its code unknown", async () => {
  const poller = new ExitPoller();
  await using _ = { [Symbol.asyncDispose]: () => poller.close() };
  // Left to pid 1, which in a container may take its time to bury it.
  const pid = Number(await runShell("sleep 1000 >/dev/null 2>&1 & echo $!"));
  const { start } = (await readProcesses([pid])).get(pid)!;
  let isSeen = false;
  const exited = poller.watch(pid, start).then((exit) => {
    isSeen = true;
    return exit;
  });
  poller.compare(await readProcesses([pid]));
  await poller.look();
  assertEquals(isSeen, false);
  Deno.kill(pid, "SIGKILL");
  assertEquals(await exited, { code: null, signal: null });
});

Deno.test("a pid that belongs to another process by now counts as an exit", async () => {
  const poller = new ExitPoller();
  await using _ = { [Symbol.asyncDispose]: () => poller.close() };
  const { start } = (await readProcesses([Deno.pid])).get(Deno.pid)!;
  const exited = poller.watch(Deno.pid, start + 1);
  poller.compare(await readProcesses([Deno.pid]));
  assertEquals(await exited, { code: null, signal: null });
});
