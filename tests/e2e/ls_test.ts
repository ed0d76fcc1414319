import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { testNeeding } from "../test_needing.ts";
import { Tsm } from "./harness.ts";
import { Terminal } from "./terminal.ts";

const LONG = "customer-service-of-the-northern-branch-4711";
const COMMAND = "echo 漢字 🚀 grüße; sleep 1000";

async function withProcesses(): Promise<Tsm> {
  const tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", LONG, "--port", "4711");
  await tsm.ok("start", COMMAND, "--name", "api");
  return tsm;
}

Deno.test("ls shows the columns that are asked for, in their order, with headers or without", async () => {
  await using tsm = await withProcesses();
  const [header, , first] = (await tsm.ok("ls", "--columns", "port,name,memory")).split("\n");
  assertMatch(header!, /^Port +Name +Memory$/);
  assertMatch(first!, new RegExp(`^4711 +${LONG} +[0-9.]+[KM]$`));
  assertEquals(
    await tsm.ok("ls", "--columns", "id,name", "--no-headers"),
    `1   ${LONG}\n2   api\n`,
  );
  assertStringIncludes(await tsm.fails(64, "ls", "--columns", "nmae"), "did you mean name?");
});

Deno.test("ls -q prints ids only, for other commands to take", async () => {
  await using tsm = await withProcesses();
  assertEquals(await tsm.ok("ls", "-q"), "1\n2\n");
  assertEquals(await tsm.ok("ls", "-q", "-l"), "1\n2\n");
});

Deno.test("into a pipe everything is printed in full, and wide characters stand in their columns", async () => {
  await using tsm = await withProcesses();
  const { stdout } = await tsm.run(["ls", "-l"], { env: { COLUMNS: "20" } });
  const [header, , first, second] = stdout.split("\n");
  assertStringIncludes(first!, LONG);
  assertStringIncludes(second!, COMMAND);
  const cwd = header!.indexOf("Cwd");
  assertEquals(first!.indexOf(tsm.work), cwd);
  // Three characters of two columns each before it.
  const emoji = "🚀".length - 1;
  assertEquals(second!.indexOf(tsm.work), cwd - 3 + emoji);
});

for (const [columns, rows] of [[80, 24], [200, 60], [40, 12]] as const) {
  testNeeding(
    ["tmux"],
    `in a terminal of ${columns}×${rows} tables are no wider than that`,
    async () => {
      await using tsm = await withProcesses();
      await using terminal = await Terminal.openShell(tsm, columns, rows);
      for (const command of ["tsm ls", "tsm ls -l"]) {
        await terminal.enter(`clear; ${command}; echo end of ${command}`);
        const screen = await terminal.shows(new RegExp(`^end of ${command}$`, "m"));
        const lines = screen.trimEnd().split("\n").filter((text) => !/clear;/.test(text));
        // Headers, a rule, two processes and the end: nothing was wrapped.
        assertMatch(
          lines.slice(-6).join("\n"),
          /^ID +Name[^\n]*\n-[- ]+\n1 [^\n]*\n2 [^\n]*\nend of/m,
        );
        assertMatch(screen, /^1 +custom.* online/m);
        assert(columns < 200 ? /^1 +custom\S*…/m.test(screen) : screen.includes(LONG));
        assertMatch(screen, /^2 +api .* online/m);
      }
    },
  );
}
