import { assert, assertEquals } from "@std/assert";
import { isSupervisorAlive, tryLockSupervisor } from "../../src/api/supervisor_lock.ts";
import { TemporaryRoot } from "../temporary_root.ts";

const MODULE = new URL("../../src/api/supervisor_lock.ts", import.meta.url).href;

Deno.test("a supervisor lives as long as its lock is held, and only one can hold it", () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  assert(!isSupervisorAlive(root));
  const lock = tryLockSupervisor(root);
  assert(lock);
  assert(isSupervisorAlive(root));
  assertEquals(tryLockSupervisor(root), undefined);
  lock.close();
  assert(!isSupervisorAlive(root));
  using again = tryLockSupervisor(root);
  assert(again);
});

Deno.test("looking whether it is held takes nothing away from who wants it", () => {
  using temporary = new TemporaryRoot();
  using first = tryLockSupervisor(temporary.root);
  assert(first);
  for (let looks = 0; looks < 100; looks++) assert(isSupervisorAlive(temporary.root));
  first.unlockSync();
  assert(!isSupervisorAlive(temporary.root));
  using second = tryLockSupervisor(temporary.root);
  assert(second);
});

Deno.test("the lock ends with its holder, even one that is killed, and its children do not inherit it", async () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  const script = `
    const { tryLockSupervisor } = await import(${JSON.stringify(MODULE)});
    globalThis.lock = tryLockSupervisor(${JSON.stringify(root)});
    const child = new Deno.Command("sleep", { args: ["60"], stdout: "null", stderr: "null" }).spawn();
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
    holder.kill("SIGKILL");
    await holder.status;
    assert(!isSupervisorAlive(root));
  } finally {
    Deno.kill(child, "SIGKILL");
    await reader.cancel();
  }
});
