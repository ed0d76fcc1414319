import { assert, assertEquals } from "@std/assert";
import { fingerprint } from "../../src/files/fingerprint.ts";
import { watchDirectories } from "../../src/logs/watch_directories.ts";

Deno.test("a directory that is asked for only while the watch is set up is watched too", async () => {
  const parent = Deno.makeTempDirSync();
  Deno.mkdirSync(`${parent}/late`);
  let asked = 0;
  const watch = watchDirectories(parent, () => asked++ === 0 ? [] : ["late"], () => "");
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

Deno.test("what happens behind more events than are kept is told all the same", async () => {
  const parent = Deno.makeTempDirSync();
  const log = (name: string) => `${parent}/${name}/current.out`;
  const say = (name: string) => Deno.writeTextFileSync(log(name), "a line\n", { append: true });
  const names = ["loud", "quiet", "late"];
  for (const name of ["loud", "quiet"]) Deno.mkdirSync(`${parent}/${name}`);
  const watch = watchDirectories(parent, () => names, (name) => fingerprint(log(name)));
  const told = new Set<string>();
  const next = async () => {
    const { value } = await watch.next();
    for (const name of value === "anything" ? ["anything"] : value ?? []) told.add(name);
  };
  try {
    await next();
    told.clear();
    // Nothing of it is asked for before all has happened.
    const first = next();
    for (let line = 0; line < 200; line++) say("loud");
    say("quiet");
    Deno.mkdirSync(`${parent}/late`);
    await first;
    // Where the new directory is seen before the quiet log is looked at, "anything" tells of both.
    while (!told.has("quiet") && !told.has("anything")) await next();
    // The watch has begun anew, with the new directory in it.
    while (!told.has("anything")) await next();
    const another = next();
    say("late");
    await another;
    while (!told.has("late")) await next();
  } finally {
    await watch.return(undefined);
    Deno.removeSync(parent, { recursive: true });
  }
});
