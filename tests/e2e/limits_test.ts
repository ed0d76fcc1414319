import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { Tsm, until } from "./harness.ts";
import { startAll } from "./start_all.ts";

Deno.test("a process has the niceness, the limit of open files and the umask it is given", async () => {
  await using tsm = new Tsm();
  const { failed } = await startAll(tsm, [{
    name: "web",
    run: "umask; ulimit -n; nice; echo done; exec sleep 1000",
    settings: { nice: 5, nofile: 200, umask: "027" },
  }]);
  assertEquals(failed, []);
  const said = await until("its words", () => {
    const text = tsm.read("runtime", "processes", "web", "current.out");
    return text.includes("done") ? text : undefined;
  });
  assertMatch(said, /^0?027\n200\n5\ndone\n$/);
});

Deno.test("a limit that the system refuses is told, and nothing runs", async () => {
  await using tsm = new Tsm();
  const { failed } = await startAll(tsm, [{
    name: "web",
    run: "echo ran",
    settings: { nofile: 1_073_741_816 },
  }]);
  assertStringIncludes(failed[0]!.message, "1073741816 open files (nofile)");
  assertEquals((await tsm.list())["web"]!.pid, null);
});
