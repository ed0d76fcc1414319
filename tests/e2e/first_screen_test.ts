import { assertMatch, assertStringIncludes } from "@std/assert";
import { testNeeding } from "../test_needing.ts";
import { Tsm, tsmCommand } from "./harness.ts";
import { Terminal } from "./terminal.ts";

testNeeding(["tmux"], "tsm alone in a terminal says how to begin, or what is running", async () => {
  await using tsm = new Tsm();
  const open = () =>
    Terminal.open(["sh", "-c", '"$@"; exec sleep 1000', "sh", ...tsmCommand()], {
      cwd: tsm.work,
      env: { TSM_ROOT: tsm.root },
    });
  {
    await using terminal = await open();
    const screen = await terminal.shows("'tsm help' lists the commands");
    assertStringIncludes(screen, `Nothing runs in ${tsm.root}. To begin:`);
    assertStringIncludes(screen, '  tsm start "node server.js" --name myapp --port 3000');
  }
  await tsm.ok("start", "sleep 1000", "--name", "sleeper");
  await using terminal = await open();
  const screen = await terminal.shows("'tsm help' lists the commands");
  assertMatch(screen, /^1 {3}sleeper +\d+ +- +online /m);
  assertStringIncludes(screen, "'tsm logs NAME' follows one");
});

Deno.test("tsm alone in a pipe gives its help, with --root as well", async () => {
  await using tsm = new Tsm();
  assertStringIncludes(await tsm.ok(), "Usage: tsm COMMAND");
  assertStringIncludes(await tsm.ok("--root", tsm.root), "Usage: tsm COMMAND");
});
