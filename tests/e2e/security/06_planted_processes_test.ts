import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Tsm } from "../harness.ts";
import { asRoot, attack, ATTACKER } from "./attacker.ts";

/** A tsm that has run before, and whose root another user may write to for a while. */
async function opened(): Promise<Tsm> {
  const tsm = new Tsm();
  await tsm.ok("start", `touch '${tsm.work}/ran' && sleep 1000`, "--name", "model");
  await tsm.ok("shutdown");
  Deno.removeSync(`${tsm.work}/ran`);
  Deno.chmodSync(`${tsm.root}/..`, 0o755);
  // As a copy that the attacker can read, for that has to make it.
  await new Deno.Command("cp", {
    args: ["-r", tsm.path("runtime/processes/model"), `${tsm.work}/model`],
  }).output();
  await new Deno.Command("chmod", { args: ["-R", "a+rX", `${tsm.work}/model`] }).output();
  const open = ["", "runtime", "runtime/processes", "runtime/processes/model", "db", "db/events"];
  for (const path of open) Deno.chmodSync(tsm.path(path), 0o777);
  return tsm;
}

function close(tsm: Tsm): void {
  Deno.chmodSync(tsm.root, 0o700);
  Deno.chmodSync(tsm.path("runtime"), 0o700);
}

Deno.test({
  ...asRoot("a process that another user has planted is put into quarantine, and never run"),
  async fn() {
    await using tsm = await opened();
    await attack(
      'cd "$1/runtime/processes" && cp -r "$2/model" evil && cd evil && rm -f ./*.pid && ' +
        `sed -i 's/"name": "model"/"name": "evil"/; s/"tsm_id": 1/"tsm_id": 7/; ` +
        `s/"status": "[a-z]*"/"status": "launching"/' meta.json`,
      tsm.root,
      tsm.work,
    );
    close(tsm);
    const doctor = await tsm.run(["doctor"]);
    assertStringIncludes(doctor.stdout, `processes/evil belongs to #${ATTACKER}`);
    await tsm.ok("start", "sleep 1000", "--name", "other");
    assertEquals(Object.keys(await tsm.list()).sort(), ["model", "other"]);
    const moved = [...Deno.readDirSync(tsm.path("runtime/quarantine"))].map(({ name }) => name);
    assert(moved.some((name) => name.startsWith("evil-")), moved.join(" "));
    const events = tsm.read("db", "history", "evil.jsonl");
    assertStringIncludes(events, `belongs to #${ATTACKER} (uid ${ATTACKER})`);
    assertEquals([...Deno.readDirSync(tsm.work)].map(({ name }) => name), ["model"]);
  },
});

for (const file of ["spec.json", "meta.json", "env"]) {
  Deno.test({
    ...asRoot(`a process whose ${file} another user has put in its place is not run`),
    async fn() {
      await using tsm = await opened();
      await attack(
        'cd "$1/runtime/processes/model" && if [ -e "$3" ]; then rm "$3"; cp "$2/model/$3" .; ' +
          'else echo "{}" >"$3"; fi',
        tsm.root,
        tsm.work,
        file,
      );
      close(tsm);
      await tsm.ok("start", "sleep 1000", "--name", "other");
      assertEquals(Object.keys(await tsm.list()), ["other"]);
      assertStringIncludes(
        tsm.read("runtime", "supervisor.log"),
        `its ${file} belongs to #${ATTACKER}`,
      );
    },
  });
}

Deno.test({
  ...asRoot("directories of another user's on the way to the processes are not used"),
  async fn() {
    await using tsm = await opened();
    await attack(
      'mv "$1/runtime/processes" "$1/runtime/old"; cp -r "$2" "$1/runtime/processes"',
      ...[
        tsm.root,
        tsm.work,
      ],
    );
    close(tsm);
    await tsm.ok("start", "sleep 1000", "--name", "other");
    assertEquals(Object.keys(await tsm.list()), ["other"]);
    assertEquals(Deno.statSync(tsm.path("runtime/processes")).uid, 0);
  },
});

Deno.test({
  ...asRoot(
    "the list to resurrect, the settings and the base environment of another user's are not used",
  ),
  async fn() {
    await using tsm = await opened();
    await attack(
      'cd "$1/runtime" && echo "{}" >saved.json && rm -f base.env && echo "{\\"X\\": \\"y\\"}" >base.env',
      tsm.root,
    );
    close(tsm);
    await tsm.ok("start", "env; sleep 1000", "--name", "other");
    for (const name of ["saved.json", "base.env"]) {
      assertStringIncludes(
        tsm.read("runtime", "supervisor.log"),
        `runtime/${name} belongs to #${ATTACKER}`,
      );
    }
    assertEquals(Deno.statSync(tsm.path("runtime/base.env")).uid, 0);
  },
});
