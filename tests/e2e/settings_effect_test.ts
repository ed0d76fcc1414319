/**
 * Every setting does what its help says: each is seen at work, from outside, at a value that is
 * not its default. The compiler refuses a setting, and a part of one, that has no case.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { SETTING_KEYS } from "../../src/settings/table/settings_table.ts";
import { ROOT_USER, testNeeding } from "../test_needing.ts";
import { DEFINITION_EFFECTS } from "./effects/definition.ts";
import type { Effect } from "./effects/effect.ts";
import { IDENTITY_EFFECTS } from "./effects/identity.ts";
import { LIMIT_EFFECTS } from "./effects/limits.ts";
import { LOG_EFFECTS } from "./effects/logs.ts";
import { NOTIFICATION_EFFECTS } from "./effects/notifications.ts";
import { READINESS_EFFECTS } from "./effects/readiness.ts";
import { RESTART_EFFECTS } from "./effects/restart.ts";
import { Tsm } from "./harness.ts";

type Case = Effect | Readonly<Record<string, Effect>>;

const OF_SETTINGS: Readonly<Record<string, Case>> = {
  ...IDENTITY_EFFECTS,
  ...RESTART_EFFECTS,
  ...LOG_EFFECTS,
  ...READINESS_EFFECTS,
  ...LIMIT_EFFECTS,
  ...NOTIFICATION_EFFECTS,
};

Deno.test("every setting of the table has a case", () => {
  assertEquals(Object.keys(OF_SETTINGS).sort(), [...SETTING_KEYS].sort());
});

/** The cases by the names of what they are about: `kill_timeout`, `health.interval`. */
function casesOf(group: Readonly<Record<string, Case>>): readonly (readonly [string, Effect])[] {
  return Object.entries(group).flatMap(([name, one]) =>
    typeof one === "function"
      ? [[name, one] as const]
      : Object.entries(one).map(([part, effect]) => [`${name}.${part}`, effect] as const)
  );
}

/** Sees the cases of a group at once, each as a step of its own, with one supervisor. */
function testGroup(title: string, group: Readonly<Record<string, Case>>): void {
  // What one step opens another one may close: they run side by side.
  const shared = { sanitizeOps: false, sanitizeResources: false, sanitizeExit: false };
  Deno.test({
    name: `every setting has its effect: ${title}`,
    ...shared,
    async fn(context) {
      await using tsm = new Tsm();
      await Promise.all(
        casesOf(group).map(([name, effect]) =>
          context.step({ name, ...shared, fn: () => effect(tsm, name.replace(".", "-")) })
        ),
      );
    },
  });
}

const { user, ...others } = IDENTITY_EFFECTS;

testGroup("what to run", DEFINITION_EFFECTS);
testGroup("instances and names", others);
testGroup("restarts and stops", RESTART_EFFECTS);
testGroup("logs", LOG_EFFECTS);
testGroup("order, readiness, health and watching", READINESS_EFFECTS);
testGroup("limits", LIMIT_EFFECTS);
testGroup("who is told", NOTIFICATION_EFFECTS);

testNeeding([ROOT_USER], "every setting has its effect: user", async () => {
  await using tsm = new Tsm();
  await user(tsm, "user");
});
