import { assertEquals } from "@std/assert";
import { checkSpec, type Spec } from "../../src/meta/spec.ts";
import type { Exit } from "../../src/process/launch.ts";
import {
  decide,
  describeExit,
  type ExitFacts,
  MAX_BACKOFF,
  STABLE_AFTER,
} from "../../src/supervisor/restart_policy.ts";

const CLEAN: Exit = { code: 0, signal: null };
const FAILED: Exit = { code: 1, signal: null };
const KILLED: Exit = { code: null, signal: "SIGSEGV" };
const UNKNOWN: Exit = { code: null, signal: null };

function spec(settings: Partial<Spec> = {}): Spec {
  return checkSpec({ command: "x", argv: ["x"], cwd: "/", ...settings });
}

function after(exit: Exit, facts: Partial<ExitFacts> = {}): ExitFacts {
  return { exit, uptime: 60_000, unstable: 0, lastBackoff: 0, ...facts };
}

Deno.test("by default every process that ends is restarted at once", () => {
  for (const exit of [CLEAN, FAILED, KILLED, UNKNOWN]) {
    assertEquals(decide(spec(), after(exit)), { kind: "restart", delay: 0, unstable: 0 });
  }
});

Deno.test("'never' restarts nothing, and the reason says how it ended", () => {
  const never = spec({ autorestart: "never" });
  assertEquals(decide(never, after(CLEAN)), { kind: "stop", reason: "exited with code 0" });
  assertEquals(decide(never, after(KILLED)), { kind: "stop", reason: "killed by SIGSEGV" });
});

Deno.test("'on-failure' restarts what did not end well, the unknown included", () => {
  const onFailure = spec({ autorestart: "on-failure" });
  assertEquals(decide(onFailure, after(CLEAN)).kind, "stop");
  for (const exit of [FAILED, KILLED, UNKNOWN]) {
    assertEquals(decide(onFailure, after(exit)).kind, "restart");
  }
});

Deno.test("an exit code to stop at stops, a signal of that number does not", () => {
  const stops = spec({ stop_exit_codes: [0, 42] });
  assertEquals(decide(stops, after({ code: 42, signal: null })).kind, "stop");
  assertEquals(decide(stops, after(CLEAN)).kind, "stop");
  assertEquals(decide(stops, after(FAILED)).kind, "restart");
  assertEquals(decide(stops, after(UNKNOWN)).kind, "restart");
});

Deno.test("a process that ends sooner than min_uptime is counted as unstable, a later end forgives", () => {
  const policy = spec({ min_uptime: 1000 });
  const unstable = (uptime: number) => {
    const decision = decide(policy, after(FAILED, { uptime, unstable: 3 }));
    return decision.kind === "restart" ? decision.unstable : undefined;
  };
  assertEquals(unstable(999), 4);
  assertEquals(unstable(1000), 0);
  assertEquals(unstable(Infinity), 0);
});

Deno.test("sixteen unstable restarts in a row end it, as PM2 does", () => {
  let unstable = 0;
  let restarts = 0;
  for (;;) {
    const decision = decide(spec(), after(FAILED, { uptime: 5, unstable }));
    if (decision.kind !== "restart") {
      assertEquals(decision, {
        kind: "give-up",
        reason: "exited with code 1; 16 unstable restarts in a row",
        unstable: 16,
      });
      break;
    }
    unstable = decision.unstable;
    restarts++;
  }
  assertEquals(restarts, 15);
});

Deno.test("max_restarts limits unstable restarts only", () => {
  const policy = spec({ max_restarts: 1 });
  assertEquals(decide(policy, after(FAILED, { uptime: 5 })).kind, "give-up");
  assertEquals(decide(policy, after(FAILED, { uptime: 5000 })).kind, "restart");
  assertEquals(decide(spec({ max_restarts: 0 }), after(FAILED, { uptime: 5000 })).kind, "restart");
});

function delays(policy: Spec, count: number): number[] {
  const found: number[] = [];
  let lastBackoff = 0;
  for (let exits = 0; exits < count; exits++) {
    const decision = decide(policy, after(FAILED, { uptime: 2000, lastBackoff }));
    lastBackoff = decision.kind === "restart" ? decision.delay : NaN;
    found.push(lastBackoff);
  }
  return found;
}

Deno.test("a fixed delay is the same every time", () => {
  assertEquals(delays(spec({ restart_delay: 250 }), 3), [250, 250, 250]);
});

Deno.test("the exponential back-off grows by half each time, up to its limit", () => {
  assertEquals(delays(spec({ exp_backoff: 100 }), 4), [100, 150, 225, 338]);
  assertEquals(delays(spec({ exp_backoff: 100 }), 40).at(-1), MAX_BACKOFF);
  assertEquals(delays(spec({ exp_backoff: 86_400_000 }), 1), [MAX_BACKOFF]);
});

Deno.test("the back-off begins anew after a stable run", () => {
  const policy = spec({ exp_backoff: 100 });
  const delay = (uptime: number) => {
    const decision = decide(policy, after(FAILED, { uptime, lastBackoff: 5000 }));
    return decision.kind === "restart" ? decision.delay : undefined;
  };
  assertEquals(delay(STABLE_AFTER - 1), 7500);
  assertEquals(delay(STABLE_AFTER), 100);
});

Deno.test("an end is told in words", () => {
  assertEquals([FAILED, KILLED, UNKNOWN].map(describeExit), [
    "exited with code 1",
    "killed by SIGSEGV",
    "exited, code unknown",
  ]);
});
