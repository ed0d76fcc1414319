import { assertEquals, assertRejects } from "@std/assert";
import { checkSpec } from "../../../src/meta/spec.ts";
import { LogKeeper } from "../../../src/supervisor/logs/log_keeper.ts";
import type { ManagedProcess } from "../../../src/supervisor/process/managed_process.ts";
import { TemporaryRoot } from "../../temporary_root.ts";

/** A process that does not run, with a log of 2,000 bytes of which 1,000 are allowed. */
function crashedProcess(temporary: TemporaryRoot) {
  const { dir } = temporary.process("loop");
  const argv = ["sh", "-c", "exit 1"];
  const process = {
    meta: { name: "loop" },
    spec: checkSpec({ command: "exit 1", argv, cwd: "/", log_max_size: 1000 }),
    run: undefined as { pid: number; start: number } | undefined,
    directory: { logs: [`${dir}/current.out`, `${dir}/current.err`] },
    exclusively: <T>(action: () => Promise<T>) => action(),
  };
  const write = () => {
    Deno.writeTextFileSync(`${dir}/current.out`, "x".repeat(2000));
    Deno.writeTextFileSync(`${dir}/current.err`, "");
  };
  write();
  return { process, managed: process as unknown as ManagedProcess, write };
}

/** A keeper of logs, and the lines that it has written to `supervisor.log`. */
function logKeeper(temporary: TemporaryRoot) {
  const lines: string[] = [];
  const { root } = temporary;
  const keeper = new LogKeeper({
    root,
    rootPath: temporary.base,
    excluded: new Set(),
    mayHoldLogs: true,
    process: () => undefined,
    log: (text) => lines.push(text),
    record: () => {},
  });
  return { keeper, lines };
}

Deno.test("a look while a launch rotates a log by a rename does not take the new log for a stranger's", async () => {
  using temporary = new TemporaryRoot();
  const { process, managed, write } = crashedProcess(temporary);
  const { keeper, lines } = logKeeper(temporary);
  const launching = keeper.launching(managed, "restart");
  // Of what the looks see nothing is due: they would rotate it too.
  process.spec = { ...process.spec, log_max_size: 0 };
  keeper.tick([managed]);
  await launching;
  write();
  process.run = { pid: Deno.pid, start: 0 };
  keeper.tick([managed]);
  keeper.forget("loop");
  assertEquals(lines, []);
});

Deno.test("a rotation that a launch has forestalled is no trouble with the log", async () => {
  using temporary = new TemporaryRoot();
  const { process, managed } = crashedProcess(temporary);
  const { keeper, lines } = logKeeper(temporary);
  process.exclusively = (action) => {
    process.run = { pid: Deno.pid, start: 0 };
    return action();
  };
  await assertRejects(() => keeper.rotate(managed), Deno.errors.Busy, "it was started meanwhile");
  keeper.forget("loop");
  assertEquals(lines, []);
});
