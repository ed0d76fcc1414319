import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { isThere } from "../../src/files/path_info.ts";
import { Tsm, until } from "./harness.ts";

/** The names of the rotated files in a folder, compressed or not, oldest first. */
function rotatedIn(dir: string, prefix = ""): string[] {
  const pattern = new RegExp(`^${prefix}\\d{4}-\\d\\d-\\d\\d-\\d\\d\\.(out|log)(\\.gz)?$`);
  return [...Deno.readDirSync(dir)].map(({ name }) => name).filter((name) => pattern.test(name))
    .sort();
}

Deno.test("logs rotate by the clock, are compressed after the next one, and the oldest go", async () => {
  await using tsm = new Tsm();
  const script = tsm.write(
    "count.sh",
    "#!/bin/sh\ni=0\nwhile i=$((i + 1)); do echo $i; sleep 0.05; done\n",
    0o755,
  );
  const everySecond = ["--log-rotate", "* * * * * *", "--log-max-files", "2"];
  await tsm.ok("start", script, "--name", "count", ...everySecond);
  const dir = tsm.path("runtime/processes/count");
  await until("four rotations", async () => {
    await tsm.ok("patrol");
    return rotatedIn(dir).some((file) => /-(0[3-9]|[1-9]\d)\.out$/.test(file));
  });
  // While they go on, a compression on a busy machine may take longer than an archive is kept.
  await tsm.ok("stop", "--keep", "count");
  await until("two archives, of which the older one is compressed", () => {
    const [older, newer, ...more] = rotatedIn(dir);
    return older?.endsWith(".gz") && newer?.endsWith(".out") && more.length === 0;
  });
  const shown = (await tsm.ok("logs", "count", "--lines", "1000", "--no-follow")).trim()
    .split("\n").map(Number);
  assert(shown.length > 20);
  assertEquals(shown, shown.map((_, index) => shown[0]! + index), "each number once");
  const history = tsm.read("db/history/count.jsonl");
  assertMatch(history, /"event":"rotate".*-00\.out by the clock"/);
});

for (const [schedule, hours] of [["daily", 25], ["hourly", 2]] as const) {
  Deno.test(`--log-rotate ${schedule} rotates what an older ${schedule} log holds, and only that`, async () => {
    await using tsm = new Tsm();
    const begun = new Date().getUTCHours();
    const isSameHour = () => new Date().getUTCHours() === begun;
    const script = "sh -c 'echo first; exec sleep 1000'";
    for (const name of ["old", "young"]) {
      await tsm.ok("start", script, "--name", name, "--log-rotate", schedule);
      await until("its index", async () => {
        await tsm.ok("patrol");
        return isThere(tsm.path(`runtime/processes/${name}/current.out.idx`)) || !isSameHour();
      });
    }
    // Rotated because an hour is full, they may have nothing in their logs any more.
    if (!isSameHour()) return;
    await tsm.killSupervisor();
    // As if it had been begun so long ago; the other would be due only by a midnight or full hour.
    const older = Math.floor(Date.now() / 1000) - hours * 3600;
    Deno.writeTextFileSync(
      tsm.path("runtime/processes/old/current.out.idx"),
      `${older} 0\n${older + 1} 6\n`,
    );
    await tsm.ok("reset", "old");
    const dir = tsm.path("runtime/processes/old");
    await until(
      "its event",
      () => /"event":"rotate".*-00\.out by the clock"/.test(tsm.read("db/history/old.jsonl")),
      // Where its writer could not be stopped at once it is tried again after half a minute.
    );
    const [file] = rotatedIn(dir);
    assertEquals(Deno.readTextFileSync(`${dir}/${file}`), "first\n");
    if (isSameHour()) assertEquals(rotatedIn(tsm.path("runtime/processes/young")), []);
  });
}

Deno.test("rotated files that are too old or too large together go, with their indexes", async () => {
  await using tsm = new Tsm();
  const script = "sh -c 'while :; do seq 1 2000; sleep 0.05; done'";
  const aged = tsm.path("runtime/processes/aged");
  const sum = tsm.path("runtime/processes/sum");
  /** Rotates what it has written; gives the name of the file. */
  const rotate = async (name: string, dir: string) => {
    await until("something to rotate", () => Deno.statSync(`${dir}/current.out`).size > 0);
    const said = await tsm.rotate(name);
    return /^Rotated [a-z]+: (\S+\.out)\n$/.exec(said)![1]!;
  };
  await tsm.ok("start", script, "--name", "aged", "--log-max-age", "1h");
  const old = await rotate("aged", aged);
  const young = await rotate("aged", aged);
  // Not before, for it takes the time of the file over.
  await until("its compression", () => rotatedIn(aged).join() === `${old}.gz,${young}`);
  const twoHoursAgo = new Date(Date.now() - 7_200_000);
  Deno.utimeSync(`${aged}/${old}.gz`, twoHoursAgo, twoHoursAgo);
  await rotate("aged", aged);
  await until(
    "the old one and its index to go",
    () => ![...Deno.readDirSync(aged)].some(({ name }) => name.startsWith(old)),
  );
  assert(rotatedIn(aged).some((name) => name.startsWith(young)), "the young one stays");

  await tsm.ok("start", script, "--name", "sum", "--log-max-total", "1K");
  for (let round = 0; round < 2; round++) await rotate("sum", sum);
  const newest = await rotate("sum", sum);
  // All are larger than the limit by themselves: the newest stays nevertheless.
  await until("all but the newest to go", () => rotatedIn(sum).length === 1);
  assertEquals(rotatedIn(sum), [newest]);
});

Deno.test("the log of a running supervisor rotates, and is written on", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "a");
  const log = tsm.path("runtime/supervisor.log");
  const first = tsm.read("runtime/supervisor.log");
  Deno.writeTextFileSync(log, "x".repeat(1023).concat("\n").repeat(10 * 1024), { append: true });
  const rotated = await until(
    "its rotation",
    () => {
      // The file has its name before the log is emptied.
      const isEmptied = Deno.statSync(log).size < 1024 * 1024;
      return isEmptied ? rotatedIn(tsm.path("runtime"), "supervisor[.-]")[0] : undefined;
    },
  );
  assertEquals(Deno.readTextFileSync(tsm.path("runtime", rotated)).slice(0, first.length), first);
  assertEquals(tsm.read("runtime/supervisor.log").includes("xxxx"), false);
  await tsm.ok("shutdown", "--keep-processes");
  assert(tsm.read("runtime/supervisor.log").length > 0, "it is written on");
});

Deno.test("a stopped process's log that is no file is reported once, where it is asked for too", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "piped");
  await tsm.ok("stop", "piped", "--keep");
  const log = tsm.path("runtime/processes/piped/current.out");
  Deno.removeSync(log);
  await new Deno.Command("mkfifo", { args: [log] }).output();
  const said = () => tsm.read("runtime/supervisor.log").split("is a named pipe").length - 1;
  await until("the report", async () => {
    await tsm.ok("patrol");
    return said() > 0;
  });
  for (let looks = 0; looks < 2; looks++) await tsm.ok("patrol");
  assertEquals(said(), 1);
  const { stderr } = await tsm.run(["logs", "piped", "--no-follow"]);
  assertStringIncludes(stderr, "is a named pipe");
  Deno.removeSync(log);
  await until(
    "the report to be taken back",
    async () => {
      await tsm.ok("patrol");
      return (await tsm.run(["logs", "piped", "--no-follow"])).stderr === "";
    },
  );
});

Deno.test("defaults that are no schedule are refused when they are set", async () => {
  await using tsm = new Tsm();
  for (const key of ["default.cron_restart", "default.log_rotate"]) {
    const said = await tsm.fails(64, "set", key, "nonsense");
    assertStringIncludes(said, `Cannot set ${key}: "nonsense" is no `);
    assertStringIncludes(said, "0 ");
  }
  await tsm.ok("set", "default.log_rotate", "daily");
  await tsm.ok("set", "default.cron_restart", "0 3 * * *");
});
