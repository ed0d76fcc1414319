import { assert, assertEquals } from "@std/assert";
import { Tsm, tsmCommand } from "../../e2e/harness.ts";

Deno.test("what the caller had open, a lock say, stays with neither supervisor nor process", async () => {
  await using tsm = new Tsm();
  const lock = `${tsm.work}/lock`;
  // As deploy scripts do it: one at a time, then start what was deployed.
  const started = await new Deno.Command("/bin/sh", {
    args: [
      "-c",
      'exec 9>"$LOCK"; flock -n 9 && exec "$@"',
      "sh",
      ...tsmCommand(),
      "start",
      "sleep 60",
      "--name",
      "x",
    ],
    cwd: tsm.work,
    env: { TSM_ROOT: tsm.root, LOCK: lock },
    stdin: "null",
  }).output();
  assertEquals(started.code, 0, new TextDecoder().decode(started.stderr));
  assert((await new Deno.Command("flock", { args: ["-n", lock, "true"] }).output()).success);
});
