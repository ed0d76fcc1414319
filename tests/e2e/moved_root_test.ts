import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { isThere } from "../../src/files/path_info.ts";
import { isRunning, Tsm } from "./harness.ts";

Deno.test("where the root was moved, what selects processes says so and makes none anew", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "web");
  const { web } = await tsm.list();
  await tsm.ok("shutdown", "--keep-processes");
  const moved = `${tsm.root}-moved`;
  Deno.renameSync(tsm.root, moved);
  const commands = [
    ...["stop", "restart", "reload", "reset", "describe", "logs"].map((verb) => [verb, "web"]),
    ["signal", "HUP", "web"],
    ["send", "web", "hello"],
    ["scale", "web", "2"],
  ];
  for (const command of commands) {
    const said = await tsm.fails(66, ...command);
    assertStringIncludes(
      said,
      `the root '${tsm.root}' was moved or removed, and 'web' (pid ${web!.pid})`,
    );
    assert(!isThere(tsm.root), command[0]);
  }
  await tsm.fails(66, "stop", "all");
  // What the message advises.
  assertStringIncludes(await tsm.ok("--root", moved, "stop", "web"), "Stopped and removed web");
  assert(!isRunning(web!.pid!));
  await tsm.ok("--root", moved, "shutdown");
  assertStringIncludes(await tsm.fails(66, "stop", "web"), "no such process; there is no root");
  assertEquals(isThere(tsm.root), false);
  Deno.removeSync(moved, { recursive: true });
});
