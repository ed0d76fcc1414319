import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type Need, succeeds, testNeeding } from "../test_needing.ts";
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

const MAX_FILES = 1_073_741_816;
/** A limit that is too high for this user: root has none where the kernel's is so high. */
const REFUSED_LIMIT: Need = {
  absence: "no limit of open files is refused",
  isMet: () => !succeeds(["sh", "-c", `ulimit -n ${MAX_FILES}`]),
};

testNeeding(
  [REFUSED_LIMIT],
  "a limit that the system refuses is told, and nothing runs",
  async () => {
    await using tsm = new Tsm();
    const { failed } = await startAll(tsm, [{
      name: "web",
      run: "echo ran",
      settings: { nofile: MAX_FILES },
    }]);
    assertStringIncludes(failed[0]!.reason, `${MAX_FILES} open files (nofile)`);
    assertEquals((await tsm.list())["web"]!.pid, null);
  },
);
