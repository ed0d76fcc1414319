/**
 * A root that tsm 0.1.0 left behind: what its files say means the same now.
 *
 * The fixtures are what 0.1.0 wrote, but for the pid of the one that runs: `kept` was stopped by
 * `tsm stop --keep`, `rebooted` ended with the machine, `gave-up` is errored, `done` ended by
 * itself. Each is restarted when a file in its directory changes.
 */
import { assert, assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path/posix";
import { parseRecord } from "../../src/process/linux/read_process_table.ts";
import { Tsm, until } from "./harness.ts";

const FIXTURES = fromFileUrl(new URL("./fixtures/0.1.0", import.meta.url));
const NAMES = ["rebooted", "kept", "gave-up", "done", "runs"] as const;

/** Lays the root out, with the process `runs` as 0.1.0 had started it. */
function layOut(tsm: Tsm): Deno.ChildProcess {
  const child = new Deno.Command("setsid", {
    args: ["sleep", "1000"],
    cwd: tsm.work,
    env: { TSM_ROOT: tsm.root, TSM_NAME: "runs", TSM_ID: "5" },
    stdin: "null",
  }).spawn();
  const { start } = parseRecord(Deno.readTextFileSync(`/proc/${child.pid}/stat`).trimEnd());
  Deno.mkdirSync(tsm.path("runtime", "pids"), { recursive: true });
  Deno.writeTextFileSync(tsm.path("runtime", "pids", "runs.pid"), `${child.pid}\n`);
  for (const name of NAMES) {
    const dir = tsm.path("runtime", "processes", name);
    Deno.mkdirSync(dir, { recursive: true });
    for (const file of ["meta.json", "spec.json"]) {
      const text = Deno.readTextFileSync(`${FIXTURES}/${name}/${file}`)
        .replaceAll("/srv/work", tsm.work)
        .replace(/"pid": \d+/, `"pid": ${child.pid}`)
        .replace(/"pid_start": \d+/, `"pid_start": ${start}`);
      Deno.writeTextFileSync(`${dir}/${file}`, text);
    }
    for (const log of ["current.out", "current.err"]) Deno.writeTextFileSync(`${dir}/${log}`, "");
  }
  Deno.symlinkSync("../../pids/runs.pid", tsm.path("runtime", "processes", "runs", "runs.pid"));
  return child;
}

/** How often each process was restarted by a trigger, by its history. */
function restarts(tsm: Tsm): Record<string, number> {
  return Object.fromEntries(NAMES.map((name) => {
    let history = "";
    try {
      history = tsm.read("db", "history", `${name}.jsonl`);
    } catch {
      // Nothing has become of it so far.
    }
    return [name, history.split("\n").filter((line) => line.includes('"restart"')).length];
  }));
}

Deno.test("a root of tsm 0.1.0 is taken over: what ran runs on, and what was stopped means the same", async () => {
  await using tsm = new Tsm();
  const child = layOut(tsm);
  try {
    const stoppers = async () =>
      Object.fromEntries(
        Object.values(await tsm.list()).map(({ name, stopped_by }) => [name, stopped_by]),
      );
    const expected: Awaited<ReturnType<typeof stoppers>> = {
      rebooted: "reboot",
      kept: "request",
      "gave-up": undefined,
      done: undefined,
      runs: undefined,
    };
    // Without a supervisor, from the files as they are.
    assertEquals(await stoppers(), expected);
    const before = await tsm.list();
    await tsm.ok("patrol");
    assertEquals(await tsm.list(), before);
    assertEquals(before["runs"]!.pid, child.pid);
    assertEquals(before["runs"]!.status, "online");
    const adopted = tsm.read("db", "history", "runs.jsonl").trim().split("\n");
    assertEquals(adopted.map((line) => JSON.parse(line).event), ["adopt"]);

    await tsm.ok("save");
    const saved = JSON.parse(tsm.read("runtime", "saved.json")).processes as {
      name: string;
      stopped?: boolean;
    }[];
    assertEquals(
      Object.fromEntries(saved.map(({ name, stopped }) => [name, stopped])),
      { rebooted: false, kept: true, "gave-up": false, done: true, runs: false },
    );

    tsm.write("changed.txt", "a change that restarts all but what somebody stopped\n");
    await until("the three to be restarted", () => {
      const { runs, done, "gave-up": gaveUp } = restarts(tsm);
      return runs! > 0 && done! > 0 && gaveUp! > 0;
    });
    const { kept, rebooted } = restarts(tsm);
    assertEquals([kept, rebooted], [0, 0]);
    // Asked in their turns: what was due before has been done by then.
    await tsm.ok("reset", "kept", "rebooted");
    const after = await tsm.list();
    for (const name of ["kept", "rebooted"] as const) {
      assertEquals(after[name], { ...before[name]!, restarts: 0 });
      const text = tsm.read("runtime", "processes", name, "meta.json");
      assertEquals(JSON.parse(text).stopped_by, expected[name]);
      assert(text.length < 500);
    }
  } finally {
    try {
      child.kill("SIGKILL");
    } catch {
      // It has been restarted, which ended it.
    }
    await child.status;
  }
});
