import { assertEquals, assertStringIncludes } from "@std/assert";
import { Tsm } from "../harness.ts";
import { asRoot, attack, ATTACKER } from "./attacker.ts";

Deno.test({
  ...asRoot("a link in another user's root has root create no file"),
  async fn() {
    await using tsm = new Tsm();
    const target = `${tsm.work}/made-by-root`;
    Deno.mkdirSync(tsm.root);
    Deno.chownSync(tsm.root, ATTACKER, ATTACKER);
    for (const directory of [tsm.root, tsm.work]) Deno.chmodSync(`${directory}/..`, 0o755);
    await attack('mkdir -p "$1/runtime"; ln -s "$2" "$1/runtime/supervisor.log"', tsm.root, target);
    for (const args of [["start", "sleep 9"], ["patrol"], ["supervisor"]]) {
      await tsm.fails(1, ...args);
      assertEquals([...Deno.readDirSync(tsm.work)], [], args.join(" "));
    }
  },
});

/** Where a supervisor writes by itself, at its start or soon after. */
const WRITTEN = [
  "runtime/supervisor.json.tmp",
  "runtime/supervisor.spare",
  "runtime/settings.json.tmp",
  "runtime/base.env.tmp",
  "runtime/saved.json.tmp",
  "runtime/pids/x.pid",
  "runtime/pids/x.pid.tmp",
  "runtime/processes/x/meta.json.tmp",
  "runtime/processes/x/current.out",
  "runtime/processes/x/current.err",
  "runtime/processes/x/current.out.idx",
  "db/history/x.jsonl",
  `db/events/${new Date().toISOString().slice(0, 10)}.jsonl`,
];

Deno.test("links that were planted below the root are not written through, be there a file or not", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "echo hello; sleep 1000", "--name", "x");
  await tsm.ok("stop", "--keep", "x");
  await tsm.ok("shutdown");
  for (const path of WRITTEN) {
    await Deno.remove(tsm.path(path)).catch(() => {});
    const isDangling = path.length % 2 === 0;
    const target = `${tsm.work}/${path.replaceAll("/", "_")}`;
    if (!isDangling) Deno.writeTextFileSync(target, "before");
    Deno.symlinkSync(target, tsm.path(path));
  }
  const targets = () =>
    [...Deno.readDirSync(tsm.work)].map(({ name }) => [
      name,
      Deno.readTextFileSync(`${tsm.work}/${name}`),
    ]).sort();
  const before = targets();
  await tsm.ok("patrol");
  await tsm.ok("start", "x");
  await tsm.ok("set", "retention.days", "9");
  await tsm.ok("save");
  await tsm.ok("restart", "x");
  assertEquals(targets(), before);
  assertStringIncludes(tsm.read("runtime", "supervisor.log"), "is a symbolic link: moved to ");
});

for (const name of ["supervisor.log", "supervisor.lock", "supervisor.json"]) {
  Deno.test(`a link in place of ${name} is refused`, async () => {
    await using tsm = new Tsm();
    await tsm.ok("start", "sleep 1000", "--name", "x");
    await tsm.ok("shutdown");
    const target = `${tsm.work}/target`;
    await Deno.remove(tsm.path("runtime", name)).catch(() => {});
    Deno.symlinkSync(target, tsm.path("runtime", name));
    const { code, stderr } = await tsm.run(["patrol"]);
    assertEquals(code === 0, false);
    assertStringIncludes(stderr, "symbolic link");
    assertEquals([...Deno.readDirSync(tsm.work)], []);
    Deno.removeSync(tsm.path("runtime", name));
  });
}
