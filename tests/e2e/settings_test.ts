import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { STORED_SETTINGS } from "../../src/settings/stored_settings.ts";
import { Tsm } from "./harness.ts";

Deno.test("defaults that were set hold for new processes, and flags override them", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "before");
  await tsm.ok("set", "default.kill_timeout", "9s");
  await tsm.ok("set", "default.namespace", "shop");
  await tsm.ok("set", "default.stop_exit_codes", "0,3");
  await tsm.ok("start", "sleep 1000", "--name", "after");
  await tsm.ok("start", "sleep 1000", "--name", "other", "--namespace", "own");
  const spec = (name: string) => JSON.parse(tsm.read("runtime", "processes", name, "spec.json"));
  assertEquals(spec("before").kill_timeout, undefined);
  assertEquals(
    [spec("after").kill_timeout, spec("after").namespace, spec("after").stop_exit_codes],
    [9000, "shop", [0, 3]],
  );
  assertEquals([spec("other").kill_timeout, spec("other").namespace], [9000, "own"]);
  assertEquals(await tsm.ok("get", "default.kill_timeout"), "9s\n");
  await tsm.ok("unset", "default.kill_timeout");
  assertEquals(await tsm.ok("get", "default.kill_timeout", "--json"), "5000\n");
});

Deno.test("every setting refuses what is none of its values, and stores nothing", async () => {
  await using tsm = new Tsm();
  await tsm.ok("set", "save.auto", "on");
  for (const { key } of STORED_SETTINGS) {
    // Any command line can be one that its output goes through, or that is told of an event.
    const isCommand = key === "default.log_pipe" || /^on\.(?!limit$|timeout$)/.test(key);
    const nonsense = isCommand ? "" : "no such thing";
    const { code, stderr } = await tsm.run(["set", key, nonsense]);
    assertEquals([key, code], [key, 64], stderr);
  }
  for (const [key, value] of [["user", "nosuchuser"], ["shell", "nosuchshell"]] as const) {
    assertStringIncludes(await tsm.fails(64, "set", `default.${key}`, value), value);
  }
  assertEquals(JSON.parse(tsm.read("runtime", "settings.json")), { "save.auto": true });
});

Deno.test("a number below zero is a value, not a flag", async () => {
  await using tsm = new Tsm();
  const said = await tsm.fails(64, "set", "retention.days", "-5");
  assertStringIncludes(said, 'Cannot use "-5" as retention.days: it takes a whole number');
});

Deno.test("settings nobody knows are refused with the nearest one", async () => {
  await using tsm = new Tsm();
  assertStringIncludes(await tsm.fails(64, "set", "save.atuo", "on"), "did you mean save.auto?");
  assertStringIncludes(
    await tsm.fails(64, "get", "kill_timeout"),
    "did you mean default.kill_timeout?",
  );
  assertStringIncludes(await tsm.fails(64, "unset", "x"), "there is no such setting");
  await tsm.fails(64, "set", "default.autorestart", "often");
  await tsm.fails(64, "set", "save.auto");
  assertMatch(await tsm.ok("get", "--help"), /save\.auto +switch +off +save the list/);
});
