import { assert } from "@std/assert";
import { isAtRest, type Resting } from "../../../src/supervisor/metrics/is_at_rest.ts";

function running(name: string, max_memory = 0): Resting {
  return { meta: { name }, spec: { max_memory }, run: {} };
}

const used = (cpu: number) => ({ cpu, mem: 1024, processes: 1 });

Deno.test("processes that use next to nothing are at rest", () => {
  const processes = [running("api"), running("worker")];
  assert(isAtRest(processes, { api: used(0), worker: used(0.9) }));
  assert(!isAtRest(processes, { api: used(0), worker: used(1) }));
});

Deno.test("one with a limit of memory is never at rest while it runs", () => {
  const limited = running("api", 64 * 1024 * 1024);
  assert(!isAtRest([limited], { api: used(0) }));
  assert(isAtRest([{ ...limited, run: undefined }], {}));
});
