import { assert, assertEquals } from "@std/assert";
import { watchDirectories } from "../../src/logs/watch_directories.ts";

Deno.test("a directory that is asked for only while the watch is set up is watched too", async () => {
  const parent = Deno.makeTempDirSync();
  Deno.mkdirSync(`${parent}/late`);
  let asked = 0;
  const watch = watchDirectories(parent, () => asked++ === 0 ? [] : ["late"]);
  try {
    assertEquals((await watch.next()).value, "anything");
    // The watch begins anew, now with the directory in it.
    assertEquals((await watch.next()).value, "anything");
    const told = watch.next();
    Deno.writeTextFileSync(`${parent}/late/current.out`, "a line\n");
    const changed = (await told).value;
    assert(changed instanceof Set && changed.has("late"));
  } finally {
    await watch.return(undefined);
    Deno.removeSync(parent, { recursive: true });
  }
});
