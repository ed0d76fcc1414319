import { assertEquals } from "@std/assert";
import type { Status } from "../../../src/meta/status.ts";
import type { Stopper } from "../../../src/meta/stopper.ts";
import { mayRestart, type TriggerKind } from "../../../src/supervisor/triggers/trigger_kind.ts";

const CASES: readonly (readonly [
  status: Status,
  stopped_by: Stopper | undefined,
  set_off_by: readonly TriggerKind[],
])[] = [
  ["online", undefined, ["schedule", "files"]],
  ["waiting", undefined, ["schedule", "files"]],
  ["launching", undefined, ["schedule"]],
  ["errored", "policy", ["files"]],
  ["errored", "failure", ["files"]],
  ["stopped", "completion", ["schedule", "files"]],
  ["stopped", "policy", ["schedule", "files"]],
  ["stopped", "failure", ["schedule", "files"]],
  ["stopped", "request", []],
  ["stopped", "reboot", []],
];

for (const [status, stopped_by, expected] of CASES) {
  const by = stopped_by === undefined ? "" : ` by ${stopped_by}`;
  Deno.test(`one that is ${status}${by} is restarted by ${expected.join(" and ") || "nothing"}`, () => {
    const state = { status, ...stopped_by === undefined ? {} : { stopped_by } };
    const kinds: readonly TriggerKind[] = ["schedule", "files"];
    assertEquals(kinds.filter((kind) => mayRestart(kind, state)), [...expected]);
  });
}

Deno.test("the health check and the memory limit restart the run they found fault with", () => {
  assertEquals(mayRestart("health", { status: "online" }), true);
  assertEquals(mayRestart("memory", { status: "online" }), true);
});
