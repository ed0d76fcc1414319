import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { readByShell, runShell, runShellSync } from "../../src/process/run_shell.ts";
import { TemporaryRoot } from "../temporary_root.ts";

Deno.test("a script's output counts whatever its exit code is", async () => {
  assertEquals(await runShell('echo "$1"; exit 3', "a b"), "a b\n");
});

for (
  const [who, script] of [
    ["a script", "echo half; kill -KILL $$"],
    ["the program it became", "exec sh -c 'echo half; kill -KILL $$'"],
    ["its last program", "echo half; sh -c 'kill -KILL $$' || exit"],
  ] as const
) {
  Deno.test(`what ${who} printed does not count if it was killed`, async () => {
    await assertRejects(() => runShell(script), Deno.errors.Interrupted, "was killed");
    assertThrows(() => runShellSync(script), Deno.errors.Interrupted, "was killed");
  });
}

Deno.test("a script that only reads is run once more where it was killed, and but once", async () => {
  using temporary = new TemporaryRoot();
  const script = 'echo >>"$1"; [ "$(wc -l <"$1")" -gt "$2" ] || kill -KILL $$; echo read';
  assertEquals(await readByShell(script, `${temporary.work}/once`, "1"), "read\n");
  await assertRejects(
    () => readByShell(script, `${temporary.work}/twice`, "2"),
    Deno.errors.Interrupted,
  );
});
