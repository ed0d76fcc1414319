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

const MOST_FILES = 1_073_741_816;
/** Whether there is any limit that is refused: root has none where the kernel's is so high. */
const GRANTS_ALL = new Deno.Command("sh", {
  args: ["-c", `ulimit -n ${MOST_FILES}`],
  stderr: "null",
}).outputSync().success;

Deno.test({
  name: `a limit that the system refuses is told, and nothing runs${
    GRANTS_ALL ? " (left out: it refuses none)" : ""
  }`,
  ignore: GRANTS_ALL,
  async fn() {
    await using tsm = new Tsm();
    const { failed } = await startAll(tsm, [{
      name: "web",
      run: "echo ran",
      settings: { nofile: MOST_FILES },
    }]);
    assertStringIncludes(failed[0]!.message, `${MOST_FILES} open files (nofile)`);
    assertEquals((await tsm.list())["web"]!.pid, null);
  },
});
