import { assert, assertEquals } from "@std/assert";
import { isSupervisorAlive, tryLockSupervisor } from "../../src/api/supervisor_lock.ts";
import { until } from "../e2e/harness.ts";
import { TemporaryRoot } from "../temporary_root.ts";

// What another test is starting just now has all our files open until it executes its program,
// and with them their locks: what is closed is free only then.

const MODULE = new URL("../../src/api/supervisor_lock.ts", import.meta.url).href;

Deno.test("a supervisor lives as long as its lock is held, and only one can hold it", async () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  assert(!isSupervisorAlive(root));
  const lock = tryLockSupervisor(root);
  assert(lock);
  assert(isSupervisorAlive(root));
  assertEquals(tryLockSupervisor(root), undefined);
  lock.close();
  await until("it to be free", () => !isSupervisorAlive(root));
  using _again = await until("the lock", () => tryLockSupervisor(root));
});

Deno.test("looking whether it is held takes nothing away from who wants it", async () => {
  using temporary = new TemporaryRoot();
  using first = tryLockSupervisor(temporary.root);
  assert(first);
  for (let looks = 0; looks < 100; looks++) assert(isSupervisorAlive(temporary.root));
  first.unlockSync();
  assert(!isSupervisorAlive(temporary.root));
  using _second = await until("the lock", () => tryLockSupervisor(temporary.root));
});

Deno.test("the lock ends with its holder, even one that is killed, and its children do not inherit it", async () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  const script = `
    const { tryLockSupervisor } = await import(${JSON.stringify(MODULE)});
    globalThis.lock = tryLockSupervisor(${JSON.stringify(root)});
    const child = new Deno.Command("sleep", { args: ["1000"], stdout: "null", stderr: "null" }).spawn();
    console.log(child.pid);
    setInterval(() => {}, 1000);
  `;
  const holder = new Deno.Command(Deno.execPath(), {
    args: ["eval", script],
    stdin: "null",
    stdout: "piped",
  }).spawn();
  const reader = holder.stdout.getReader();
  const child = Number(new TextDecoder().decode((await reader.read()).value));
  try {
    assert(isSupervisorAlive(root));
    await until("the child to execute its program", () => {
      return Deno.readTextFileSync(`/proc/${child}/cmdline`).endsWith("sleep\x001000\0");
    });
    holder.kill("SIGKILL");
    await holder.status;
    assert(!isSupervisorAlive(root));
  } finally {
    Deno.kill(child, "SIGKILL");
    await reader.cancel();
  }
});
