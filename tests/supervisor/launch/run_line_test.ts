import { assert, assertRejects } from "@std/assert";
import { type LinePlan, runLine } from "../../../src/supervisor/launch/run_line.ts";
import { until } from "../../e2e/harness.ts";
import { TemporaryRoot } from "../../temporary_root.ts";

function planOf(temporary: TemporaryRoot, changes: Partial<LinePlan>): LinePlan {
  return {
    line: "true",
    cwd: temporary.work,
    env: { PATH: Deno.env.get("PATH") ?? "/usr/bin:/bin" },
    timeout: 600_000,
    handover: `${temporary.work}/env.handover`,
    ...changes,
  };
}

/** What is not waited for ends when the test is over. */
const UNAWAITED = { sanitizeOps: false, sanitizeResources: false };

/** Refuses SIGKILL to any group, as where it is another user's. */
function refusingKills() {
  const { kill } = Deno;
  const refused: number[] = [];
  Deno.kill = (pid) => {
    refused.push(-pid);
    throw new Deno.errors.PermissionDenied("Operation not permitted (os error 1)");
  };
  return {
    refused,
    [Symbol.dispose]() {
      Deno.kill = kill;
      for (const pid of refused) kill(-pid, "SIGKILL");
    },
  };
}

Deno.test({
  name: "a line that has become another user's is not waited for, and says how to end it",
  ...UNAWAITED,
  async fn() {
    using temporary = new TemporaryRoot();
    using kills = refusingKills();
    const error = await assertRejects(
      // Time for it to lead a group of its own, on a busy machine too.
      () => runLine(planOf(temporary, { line: "exec sleep 1000", timeout: 2000 })),
      Deno.errors.PermissionDenied,
      "has not ended within 2 s, and cannot be killed (Operation not permitted",
    );
    assert(error.message.includes(`'kill -9 -- -${kills.refused[0]}' ends it`));
  },
});

Deno.test({
  name: "a line that cannot be killed does not hold up who interrupts it",
  ...UNAWAITED,
  async fn() {
    using temporary = new TemporaryRoot();
    using _ = refusingKills();
    const abort = new AbortController();
    const plan = planOf(temporary, { line: "touch begun; exec sleep 1000", abort: abort.signal });
    const ended = assertRejects(
      () => runLine(plan),
      Deno.errors.PermissionDenied,
      "was interrupted, and cannot be killed",
    );
    await until("its begin", () => Deno.statSync(`${temporary.work}/begun`).isFile);
    abort.abort();
    await ended;
  },
});
