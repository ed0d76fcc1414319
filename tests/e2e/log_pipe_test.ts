import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { isRunning, Tsm, until } from "./harness.ts";

const NO_FOLLOW = "--no-follow";

Deno.test("with a log pipe to the file a program that opens /dev/stdout by its path loses nothing", async () => {
  await using tsm = new Tsm();
  tsm.write(
    "app.sh",
    "echo one\necho two >/dev/stdout\necho three\necho err >/dev/stderr\nexec sleep 1000\n",
  );
  await tsm.ok("start", "sh app.sh", "--name", "app", "--log-pipe", "file");
  await until("its lines", () => tsm.read("runtime/processes/app/current.err") === "err\n");
  await until("its lines", () => tsm.read("runtime/processes/app/current.out").includes("three"));
  assertEquals(await tsm.ok("logs", "app", NO_FOLLOW, "--out"), "one\ntwo\nthree\n");
});

Deno.test("a log pipe's command reads all, also what is written at the end, and ends then", async () => {
  await using tsm = new Tsm();
  tsm.write(
    "app.sh",
    "trap 'seq 1 20000; exit 0' TERM\necho begun\nwhile :; do sleep 0.05; done\n",
  );
  await tsm.ok(
    "start",
    "sh app.sh",
    "--name",
    "app",
    "--log-pipe",
    "tee -a copy",
    "--kill-timeout",
    "60s",
  );
  await until("its line", () => tsm.read("runtime/processes/app/current.out") === "begun\n");
  const { stdout, stderr } = await tsm.run(["logs", "app", NO_FOLLOW]);
  assertEquals(stdout, "begun\n");
  assertStringIncludes(stderr, "what 'app' writes goes to: tee -a copy");
  await tsm.ok("stop", "--keep", "app");
  const copy = Deno.readTextFileSync(`${tsm.work}/copy`);
  assertEquals(copy.split("\n").filter((line) => /^[0-9]+$/.test(line)).length, 20_000);
  assertEquals(tsm.read("runtime/processes/app/current.out"), copy);
});

Deno.test("a log pipe's command that dies is run again, with no supervisor too, and the program does not notice", async () => {
  await using tsm = new Tsm();
  tsm.write("app.sh", 'n=0; while :; do n=$((n+1)); echo "$n"; sleep 0.02; done\n');
  tsm.write("read.sh", "echo $$ >>readers; exec cat\n");
  await tsm.ok("start", "sh app.sh", "--name", "app", "--log-pipe", "sh read.sh");
  const readers = () => Deno.readTextFileSync(`${tsm.work}/readers`).trim().split("\n").map(Number);
  const { pid } = (await tsm.list()).app!;
  for (let times = 1; times <= 3; times++) {
    await until("a reader", () => readers().length === times && isRunning(readers().at(-1)!));
    const size = () => Deno.statSync(tsm.path("runtime/processes/app/current.out")).size;
    const before = size();
    await until("more lines", () => size() > before);
    if (times === 2) await tsm.killSupervisor();
    if (times < 3) Deno.kill(readers().at(-1)!, "SIGKILL");
  }
  await tsm.ok("patrol");
  assertEquals((await tsm.list()).app?.pid, pid);
  await tsm.ok("stop", "--keep", "app");
  assert(!isRunning(readers().at(-1)!));
});
