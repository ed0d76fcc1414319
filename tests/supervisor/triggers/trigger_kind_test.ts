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
  ["scheduled", undefined, ["schedule"]],
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
    const state = {
      status,
      pid: status === "online" ? 1 : null,
      ...stopped_by === undefined ? {} : { stopped_by },
    };
    const kinds: readonly TriggerKind[] = ["schedule", "files"];
    assertEquals(kinds.filter((kind) => mayRestart(kind, state)), [...expected]);
  });
}

Deno.test("one whose program runs and is not ready yet is restarted by changed files", () => {
  assertEquals(mayRestart("files", { status: "launching", pid: 1 }), true);
});

Deno.test("the health check, the memory limit and the watchdog restart the run they found fault with", () => {
  assertEquals(mayRestart("health", { status: "online", pid: 1 }), true);
  assertEquals(mayRestart("memory", { status: "online", pid: 1 }), true);
  assertEquals(mayRestart("watchdog", { status: "online", pid: 1 }), true);
});
