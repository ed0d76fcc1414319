import { assert, assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path/posix";
import { readSavedList } from "../../src/persist/read_saved_list.ts";
import { saveList } from "../../src/persist/save_list.ts";
import { parseSavedList } from "../../src/persist/saved_list.ts";
import { testNeeding, TRACE } from "../test_needing.ts";
import { stateOf, TemporaryRoot } from "./saved_fixture.ts";

const SAVE_ONCE = fromFileUrl(new URL("./save_once.ts", import.meta.url));
const CALLS = "open,openat,creat,write,writev,pwrite64,ftruncate,fsync,fdatasync," +
  "rename,renameat,renameat2,unlink,unlinkat,link,linkat";

/** One system call of a save: its name, and that it is the n-th of that name. */
interface KillPoint {
  readonly call: string;
  readonly nth: number;
}

/** Saves a list of one process called `name` in a program of its own, killed where `kill` says. */
function saveTraced(base: string, name: string, kill?: KillPoint) {
  const files = ["", "/saved.json", "/saved.json.tmp", "/saved.1.json", "/saved.1.json.tmp"];
  const paths = files.flatMap((file) => ["-P", `runtime${file}`, "-P", `${base}/runtime${file}`]);
  const inject = kill ? ["-e", `inject=${kill.call}:signal=KILL:when=${kill.nth}`] : [];
  const { signal, code, stderr } = new Deno.Command("strace", {
    args: [
      ...["-f", "-qq", "-o", `${base}/trace`, ...paths, "-e", `trace=${CALLS}`, ...inject],
      ...[Deno.execPath(), "run", "-A", "--cached-only", SAVE_ONCE, name],
    ],
    cwd: base,
  }).outputSync();
  const said = new TextDecoder().decode(stderr);
  if (!kill) assertEquals(code, 0, said);
  return { killed: signal === "SIGKILL" || code === 137, said };
}

/** The system calls of the last save that touched what is saved. */
function killPoints(base: string): KillPoint[] {
  const seen = new Map<string, number>();
  return Deno.readTextFileSync(`${base}/trace`).split("\n").flatMap((line) => {
    const call = /^\d+ +([a-z0-9]+)\(/.exec(line)?.[1];
    if (call === undefined) return [];
    const nth = (seen.get(call) ?? 0) + 1;
    seen.set(call, nth);
    return [{ call, nth }];
  });
}

testNeeding(
  TRACE,
  "a save that is killed at any system call leaves a whole list, the old one or the new",
  () => {
    using temporary = new TemporaryRoot();
    const { root } = temporary;
    const base = Deno.realPathSync(root.base);
    const save = (name: string) => saveList(root, [stateOf(name)], { force: false });
    for (const name of ["first", "next", "third", "fourth"]) save(name);
    saveTraced(base, "second");
    const points = killPoints(base);
    const names = new Set(points.map(({ call }) => call));
    assert(names.has("write") && names.has("fsync") && names.has("rename"), [...names].join());

    const outcomes = new Set<string>();
    for (const [index, point] of points.entries()) {
      // The renames shift nothing here: every save makes the same calls.
      save("old");
      const { killed, said } = saveTraced(base, `new-${index}`, point);
      assert(killed, `not killed at ${point.call} ${point.nth}: ${said}`);
      const { processes } = parseSavedList(Deno.readTextFileSync(root.savedJson));
      const name = processes[0]?.name;
      assert(name === "old" || name === `new-${index}`, name);
      outcomes.add(name === "old" ? "old" : "new");
      parseSavedList(Deno.readTextFileSync(root.savedBeforeJson));
      assertEquals(readSavedList(root)?.warning, undefined);
      // What the killed one left behind is in nobody's way.
      save("after");
      assertEquals(readSavedList(root)?.list.processes[0]?.name, "after");
    }
    assertEquals([...outcomes].sort(), ["new", "old"]);
  },
);
