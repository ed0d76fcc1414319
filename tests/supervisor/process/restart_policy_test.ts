import { assertEquals } from "@std/assert";
import { checkSpec } from "../../../src/meta/spec.ts";
import type { SpecSettings } from "../../../src/settings/table/settings_table.ts";
import {
  backoffAfter,
  decide,
  type ExitFacts,
} from "../../../src/supervisor/process/restart_policy.ts";

const CRASH: ExitFacts = {
  exit: { code: 1, signal: null },
  uptime: 10,
  unstable: 0,
  lastBackoff: 0,
};

function spec(settings: Partial<SpecSettings> = {}) {
  return checkSpec({ command: "x", argv: ["x"], cwd: "/", ...settings });
}

Deno.test("by default every exit is answered by a restart at once", () => {
  assertEquals(decide(spec(), CRASH), { kind: "restart", delay: 0, unstable: 1 });
  const clean = { ...CRASH, exit: { code: 0, signal: null } };
  assertEquals(decide(spec(), clean).kind, "restart");
});

Deno.test("on-failure restarts what failed, was killed, or ended unseen, and only that", () => {
  const policy = spec({ autorestart: "on-failure" });
  const after = (code: number | null, signal: string | null) =>
    decide(policy, { ...CRASH, exit: { code, signal } }).kind;
  assertEquals(after(0, null), "stop");
  assertEquals(after(1, null), "restart");
  assertEquals(after(null, "SIGKILL"), "restart");
  assertEquals(after(null, null), "restart");
});

Deno.test("never means never", () => {
  assertEquals(decide(spec({ autorestart: "never" }), CRASH), { kind: "stop", by: "policy" });
});

Deno.test("an exit code among stop_exit_codes ends it, whatever the policy", () => {
  const policy = spec({ stop_exit_codes: [3, 1] });
  assertEquals(decide(policy, CRASH), { kind: "stop", by: "completion" });
  assertEquals(decide(policy, { ...CRASH, exit: { code: 2, signal: null } }).kind, "restart");
});

Deno.test("the sixteenth unstable run in a row is the last", () => {
  let unstable = 0;
  for (let run = 1; run < 16; run++) {
    const decision = decide(spec(), { ...CRASH, unstable });
    assertEquals(decision, { kind: "restart", delay: 0, unstable: run });
    unstable = run;
  }
  assertEquals(decide(spec(), { ...CRASH, unstable }), { kind: "give-up", unstable: 16 });
});

Deno.test("a run of min_uptime begins the count anew", () => {
  const decision = decide(spec(), { ...CRASH, unstable: 15, uptime: 1000 });
  assertEquals(decision, { kind: "restart", delay: 0, unstable: 0 });
});

Deno.test("the back-off grows by half up to 15 s and begins anew after 30 s of stability", () => {
  const policy = spec({ exp_backoff: 100, max_restarts: 1000 });
  const pauses: number[] = [];
  let lastBackoff = 0;
  for (let run = 0; run < 16; run++) {
    const decision = decide(policy, { ...CRASH, lastBackoff });
    if (decision.kind !== "restart") throw new Error(decision.kind);
    pauses.push(lastBackoff = decision.delay);
  }
  assertEquals(pauses.slice(0, 5), [100, 150, 225, 338, 507]);
  assertEquals(pauses.at(-1), 15_000);
  const uptime = 30_000;
  assertEquals(decide(policy, { ...CRASH, lastBackoff, uptime }), {
    kind: "restart",
    delay: 100,
    unstable: 0,
  });
});

Deno.test("another supervisor goes on with a back-off where the last one was", () => {
  const policy = spec({ exp_backoff: 100, max_restarts: 1000 });
  assertEquals([0, 1, 2, 3, 4, 500].map((unstable) => backoffAfter(policy, unstable)), [
    0,
    100,
    150,
    225,
    338,
    15_000,
  ]);
  assertEquals(backoffAfter(spec(), 10), 0);
});

Deno.test("restart_delay pauses before every restart", () => {
  const decision = decide(spec({ restart_delay: 700 }), { ...CRASH, lastBackoff: 700 });
  assertEquals(decision, { kind: "restart", delay: 700, unstable: 1 });
});
