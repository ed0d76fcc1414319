import { assertEquals } from "@std/assert";
import type { ProcessEntry, ProcessTable } from "../../../src/process/process_table.ts";
import { CpuCounter } from "../../../src/supervisor/metrics/cpu_counter.ts";
import type { ManagedProcess } from "../../../src/supervisor/process/managed_process.ts";

/** What the counter looks at. */
function managed(name: string, pid: number | undefined): ManagedProcess {
  const run = pid === undefined ? undefined : { pid, start: 1 };
  return { meta: { name }, run } as unknown as ManagedProcess;
}

function tableOf(...members: readonly (readonly [pid: number, ticks: number])[]): ProcessTable {
  return new Map(members.map(([pid, ticks]): [number, ProcessEntry] => [
    pid,
    { pid, ppid: 1, session: 10, comm: "x", state: "S", threads: 1, start: pid, ticks, rss: 0 },
  ]));
}

Deno.test("CPU time is counted over members and runs, and never goes back", () => {
  const counter = new CpuCounter();
  const api = managed("api", 10);
  const leader = { ...tableOf([10, 100]).get(10)!, start: 1 };
  const look = (...members: readonly (readonly [number, number])[]) =>
    counter.look(new Map([...tableOf(...members), [10, leader]]), [api]);
  look([11, 50]);
  assertEquals(counter.secondsOf("api"), 1.5);
  look([11, 80]);
  assertEquals(counter.secondsOf("api"), 1.8);
  // A member ended, and another came.
  look([12, 20]);
  assertEquals(counter.secondsOf("api"), 2);
  counter.look(new Map(), [managed("api", undefined)]);
  assertEquals(counter.secondsOf("api"), 2);
  counter.look(new Map(), []);
  assertEquals(counter.secondsOf("api"), 0);
});
