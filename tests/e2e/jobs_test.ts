import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { readTextIfThere } from "../../src/files/read_text.ts";
import { isThere } from "../../src/files/path_info.ts";
import { Tsm, until } from "./harness.ts";

/** A pattern that does not come while a test lasts. */
const LATER = "0 0 1 1 *";

/** However long a busy machine takes for a run, one that ends is told as a failed start. */
const LONG = ["--min-uptime", "1h"];

/** Starts the job, which is told to have failed; gives what is said. */
function failsNow(tsm: Tsm): Promise<string> {
  return tsm.fails(1, "start", "job", "--wait=5m");
}

/** What a process has printed. */
function output(tsm: Tsm, name: string): string {
  return tsm.read("runtime/processes", name, "current.out");
}

Deno.test("a job waits for its time, runs now on request, and tells of its last run", async () => {
  await using tsm = new Tsm();
  assertStringIncludes(
    await tsm.ok("start", "echo ran; exit 3", "--name", "job", "--schedule", LATER, ...LONG),
    "Started job (id 1, runs in",
  );
  assertStringIncludes(await tsm.ok("ls"), "scheduled");
  assertEquals(readTextIfThere(`${tsm.root}/runtime/processes/job/current.out`) ?? "", "");
  const failed = await failsNow(tsm);
  assertStringIncludes(failed, "exited with code 3");
  await until("its end", async () => (await tsm.list()).job?.status === "scheduled");
  assertEquals(output(tsm, "job"), "ran\n");
  const told = await tsm.ok("describe", "job");
  assertStringIncludes(told, "runs in");
  assertStringIncludes(told, "exited with code 3");
});

Deno.test("ls -l has a column for the last run of jobs, which stays while a job runs again", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "api");
  assert(!(await tsm.ok("ls", "-l")).includes("Last run"));
  const flag = tsm.write("flag", "");
  Deno.removeSync(flag);
  const command = `test -e ${flag} && exec sleep 1000; exit 3`;
  await tsm.ok("start", command, "--name", "job", "--schedule", LATER, ...LONG);
  const shown = async () => {
    const table = await tsm.ok("ls", "--columns", "name,last", "--no-headers");
    return Object.fromEntries(
      table.trimEnd().split("\n").map((line) => line.trimEnd().split(/\s{2,}|(?<=job) /)),
    );
  };
  assertEquals(await shown(), { api: "-", job: "-" });
  await failsNow(tsm);
  await until("its end", async () => (await tsm.list()).job?.status === "scheduled");
  const { exit_code, duration } = (await tsm.list()).job!.last_run!;
  assertEquals([exit_code, typeof duration], [3, "number"]);
  assertStringIncludes((await shown()).job!, "exit 3, ");
  assertStringIncludes(await tsm.ok("ls", "-l"), "Last run");
  Deno.writeTextFileSync(flag, "");
  await tsm.ok("start", "job");
  assertStringIncludes((await shown()).job!, "exit 3, ");
  await tsm.ok("stop", "--keep", "job");
  assertStringIncludes((await shown()).job!, "SIGTERM, ");
});

Deno.test("report tells a job's runs and its next one, and no outage", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "api");
  await tsm.ok("start", "exit 3", "--name", "job", "--schedule", LATER, ...LONG);
  await failsNow(tsm);
  await until("its end", async () => (await tsm.list()).job?.status === "scheduled");
  const { processes } = JSON.parse(await tsm.ok("report", "--json"));
  const byName = Object.fromEntries(
    processes.map((one: { readonly name: string }) => [one.name, one]),
  );
  const { availability, longest_outage, job } = byName.job;
  assertEquals([availability, longest_outage, job.runs, job.failures], [null, null, 1, 1]);
  assertEquals([job.last_run.exit_code, job.next_run], [3, (await tsm.list()).job!.retry_at]);
  assertEquals([byName.api.job, byName.api.availability], [undefined, 1]);
  const told = await tsm.ok("report");
  assertStringIncludes(told, "Next run");
  assertStringIncludes(told, "exit 3, ");
  assert(!(await tsm.ok("report", "api")).includes("Next run"));
  assert(!(await tsm.ok("report", "job")).includes("MTBF"));
  const page = await tsm.ok("report", "--html");
  for (const word of ["<dt>Next run</dt>", "Failures</th>", "Crashes</th>"]) {
    assertStringIncludes(page, word);
  }
});

Deno.test("report tells the next run of a job that runs, and that a removed one was a job", async () => {
  await using tsm = new Tsm();
  const jobOf = async () => {
    const { processes } = JSON.parse(await tsm.ok("report", "--json"));
    const { availability, status, job } = processes[0];
    return { availability, status, job };
  };
  await tsm.ok("start", "sleep 1000", "--name", "job", "--schedule", LATER);
  const { retry_at } = (await tsm.list()).job!;
  await tsm.ok("start", "job");
  const running = await jobOf();
  assertEquals([running.status, running.job.next_run], ["online", retry_at]);
  await tsm.ok("stop", "job");
  const { availability, status, job } = await jobOf();
  assertEquals([availability, status, job.runs, job.next_run], [null, "removed", 1, null]);
});

Deno.test("run tells each run of a job once", async () => {
  await using tsm = new Tsm();
  const processes = {
    job: { command: "exit 3", schedule: "* * * * * *" },
    // Ends when the job has run three times.
    end: {
      command:
        "until [ $(grep -c '\"crash\"' $TSM_ROOT/db/history/job.jsonl) -gt 2 ]; do sleep 0.1; done",
      autorestart: "never",
    },
  };
  tsm.write("tsm.json", JSON.stringify({ processes }));
  const { stderr } = await tsm.run(["run", "--exit-on", "any", "tsm.json"]);
  const told = stderr.split("\n").filter((line) => line.startsWith("tsm: job "));
  const runs = told.filter((line) =>
    /^tsm: job ran for \S+ and failed: exited with code 3$/.test(line)
  );
  assert(runs.length >= 3, stderr);
  assertEquals(told.filter((line) => !runs.includes(line) && !line.includes("was stopped")), []);
});

Deno.test("one more instance of a job waits for its time as the others do", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "echo ran", "--name", "job", "--schedule", LATER);
  assertStringIncludes(await tsm.ok("scale", "job", "2"), "runs in");
  const listed = Object.values(await tsm.list());
  assertEquals(listed.map(({ status }) => status), ["scheduled", "scheduled"]);
  for (const { name } of listed) {
    const path = `${tsm.root}/runtime/processes/${name}/current.out`;
    assertEquals(readTextIfThere(path) ?? "", "");
  }
  await tsm.ok("save");
  await tsm.ok("stop", "all");
  assertStringIncludes(await tsm.ok("resurrect"), "runs in");
});

Deno.test("a job that cannot be launched has a failed run in its history, and waits for its time", async () => {
  await using tsm = new Tsm();
  const cwd = Deno.makeTempDirSync();
  await tsm.ok("start", "true", "--name", "job", "--cwd", cwd, "--schedule", LATER);
  Deno.removeSync(cwd);
  await tsm.fails(66, "start", "job");
  const job = (await tsm.list()).job!;
  assertEquals([job.status, job.last_run], ["scheduled", {}]);
  assertStringIncludes(await tsm.ok("ls", "--columns", "last"), "failed");
  assertStringIncludes(await tsm.ok("history", "job"), "crash");
});

Deno.test("a job that ends well at once is no failed start", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "true", "--name", "job", "--schedule", LATER);
  await tsm.ok("start", "job");
});

Deno.test("a job stays a job through shutdown and resurrect, and one that somebody stopped stays stopped", async () => {
  await using tsm = new Tsm();
  for (const name of ["job", "held"]) {
    await tsm.ok("start", "echo ran", "--name", name, "--schedule", "* * * * * *");
  }
  await tsm.ok("stop", "--keep", "held");
  await tsm.ok("save");
  await tsm.ok("shutdown");
  await tsm.ok("resurrect");
  const before = output(tsm, "job");
  await until("another run", () => output(tsm, "job").length > before.length);
  assertEquals((await tsm.list()).held?.status, "stopped");
});

Deno.test("what cron_restart starts goes on after shutdown and resurrect, though it had ended", async () => {
  await using tsm = new Tsm();
  const line = ["--no-autorestart", "--cron-restart", "* * * * * *", "--", "sh", "-c", "echo ran"];
  await tsm.run(["start", "--name", "old", ...line]);
  await until("its end", async () => (await tsm.list()).old?.status === "stopped");
  await tsm.ok("save");
  for (const cut of [["shutdown"], ["stop", "old"]]) {
    await tsm.ok(...cut);
    const before = isThere(`${tsm.root}/runtime/processes/old`) ? output(tsm, "old").length : 0;
    await tsm.ok("resurrect");
    await until(
      "another run",
      () =>
        isThere(`${tsm.root}/runtime/processes/old/current.out`) &&
        output(tsm, "old").length > before,
    );
  }
});

Deno.test("a job whose time came while no supervisor lived runs once when the next one comes", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "echo ran", "--name", "job", "--schedule", LATER);
  await tsm.killSupervisor();
  const path = "runtime/processes/job/meta.json";
  const meta = JSON.parse(tsm.read(path));
  Deno.writeTextFileSync(`${tsm.root}/${path}`, JSON.stringify({ ...meta, retry_at: 1000 }));
  await tsm.ok("reset", "job");
  await until("its run", () => output(tsm, "job") === "ran\n");
  await until("its rest", async () => (await tsm.list()).job?.status === "scheduled");
  assert((await tsm.list()).job!.retry_at! > Date.now() / 1000);
});

Deno.test("a file applied anew leaves a job's run alone, and takes over its new schedule", async () => {
  await using tsm = new Tsm();
  const file = (schedule: string | undefined) =>
    tsm.write(
      "tsm.jsonc",
      JSON.stringify({ processes: { job: { command: "sleep 1000", schedule } } }),
    );
  file(LATER);
  await tsm.ok("start", "tsm.jsonc");
  await tsm.ok("start", "job");
  const { pid } = (await tsm.list()).job!;
  file("0 0 2 1 *");
  await tsm.ok("apply", "tsm.jsonc");
  assertEquals((await tsm.list()).job?.pid, pid);
  assertEquals(JSON.parse(tsm.read("runtime/processes/job/spec.json")).schedule, "0 0 2 1 *");
  // A program that is to run on becomes a job: it is ended, and waits for its time.
  file(undefined);
  await tsm.ok("apply", "tsm.jsonc");
  assertEquals((await tsm.list()).job?.status, "online");
  file(LATER);
  await tsm.ok("apply", "tsm.jsonc");
  assertEquals((await tsm.list()).job?.status, "scheduled");
});

Deno.test("a schedule that never comes, or beside a cron_restart, is refused", async () => {
  await using tsm = new Tsm();
  const refused = (...flags: string[]) => tsm.fails(64, "start", "true", "--name", "x", ...flags);
  assertStringIncludes(await refused("--schedule", "0 0 31 2 *"), "it never comes");
  assertStringIncludes(await refused("--schedule", "soon"), "is no cron pattern");
  assertStringIncludes(
    await refused("--schedule", LATER, "--cron-restart", LATER),
    "both schedule",
  );
  assertStringIncludes(await refused("--schedule", "0 0 31 4,6,9,11 *"), "it never comes");
  assertStringIncludes(await refused("--timezone", "Europe/Berlin"), "neither a schedule nor");
  assertStringIncludes(await refused("--overlap", "queue"), "but no schedule");
  assertEquals(await tsm.list(), {});
});

Deno.test("a job whose schedule has come for the last time is stopped, and says why", async () => {
  await using tsm = new Tsm();
  const startIn = (seconds: number) => {
    const due = new Date(Date.now() + seconds * 1000);
    const [year, month, day] = [due.getUTCFullYear(), due.getUTCMonth() + 1, due.getUTCDate()];
    const time = [due.getUTCSeconds(), due.getUTCMinutes(), due.getUTCHours()];
    const schedule = [...time, day, month, "*", year].join(" ");
    const flags = ["--schedule", schedule, "--timezone", "UTC"];
    return tsm.run(["start", "echo ran", "--name", "last", ...flags]);
  };
  let started = await startIn(10);
  // On a busy machine that time may be over by now.
  if (started.code === 64) started = await startIn(120);
  assertEquals(started.code, 0, started.stderr);
  await until("its end", async () => (await tsm.list()).last?.status === "stopped");
  assertEquals(output(tsm, "last"), "ran\n");
  const { reason } = (await tsm.list()).last!;
  assertEquals(reason, "exited with code 0; its schedule never comes again");
});

Deno.test("what start refuses of a schedule, validate names with its place", async () => {
  await using tsm = new Tsm();
  const job = (settings: Readonly<Record<string, string>>) => ({ command: "true", ...settings });
  const processes = {
    never: job({ schedule: "0 0 30 2 *" }),
    nowhere: job({ schedule: LATER, timezone: "Mars/Base" }),
    both: job({ schedule: LATER, cron_restart: LATER }),
    idle: job({ timezone: "Europe/Berlin" }),
    alone: job({ overlap: "queue" }),
    good: job({ schedule: LATER, timezone: "Europe/Berlin", overlap: "queue" }),
  };
  tsm.write("tsm.jsonc", JSON.stringify({ processes }));
  const told: { path: string; message: string }[] = JSON.parse(
    (await tsm.run(["validate", "--json"])).stdout,
  );
  const paths = told.map(({ path }) => path.replace("processes.", ""));
  assertEquals(
    paths,
    ["never.schedule", "nowhere.timezone", "both.cron_restart", "idle.timezone", "alone.overlap"],
  );
  for (const name of ["never", "nowhere", "both", "idle", "alone"] as const) {
    tsm.write("one.jsonc", JSON.stringify({ processes: { [name]: processes[name] } }));
    const message = told[paths.findIndex((path) => path.startsWith(name))]!.message;
    assertStringIncludes(await tsm.fails(64, "start", "one.jsonc"), message);
  }
  assertEquals(await tsm.list(), {});
});

Deno.test("stored defaults for schedules are for what has one, and no job has the clock's restart", async () => {
  await using tsm = new Tsm();
  await tsm.ok("set", "default.cron_restart", LATER);
  await tsm.ok("set", "default.timezone", "Europe/Berlin");
  await tsm.ok("set", "default.overlap", "queue");
  await tsm.ok("start", "true", "--name", "job", "--schedule", LATER);
  await tsm.ok("start", "sleep 1000", "--name", "plain", "--cron-restart", "@yearly");
  const spec = (name: string) => JSON.parse(tsm.read(`runtime/processes/${name}/spec.json`));
  assertEquals(spec("job").cron_restart ?? null, null);
  assertEquals(spec("job").overlap, "queue");
  assertEquals(spec("plain").timezone, "Europe/Berlin");
});
