import { assertEquals } from "@std/assert";
import { PID_NAMESPACE, testNeeding } from "../test_needing.ts";
import { isRunning, type Result, Tsm, tsmCommand, until } from "./harness.ts";

/** Runs the supervisor in the foreground; gives a way to end it, however it stands. */
function foreground(tsm: Tsm, ...flags: string[]) {
  const child = tsm.command(["supervisor", ...flags]).spawn();
  const said = child.stderr.pipeThrough(new TextDecoderStream());
  return {
    said,
    async [Symbol.asyncDispose]() {
      try {
        child.kill("SIGTERM");
      } catch {
        // It has ended already.
      }
      await child.status;
      await child.stdout.cancel();
      if (!said.locked) await said.cancel();
    },
  };
}

Deno.test("a foreground supervisor brings back what is saved", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "a");
  await tsm.ok("save");
  await tsm.ok("stop", "a");
  await tsm.ok("shutdown");
  await using _ = foreground(tsm, "--resurrect");
  await until("the process to be back", async () => (await tsm.list())["a"]?.status === "online");
});

Deno.test("a supervisor restarted after a kill leaves stopped what was stopped by hand", async () => {
  await using tsm = new Tsm();
  for (const name of ["runs", "kept", "gone"]) {
    await tsm.ok("start", "sleep 1000", "--name", name);
  }
  // Whether their early end is told as a failed start is not what this is about.
  await tsm.run(["start", "sleep 0.5; exit 1", "--name", "waits", "--restart-delay", "1h"]);
  await tsm.run(["start", "sleep 0.5; exit 1", "--name", "errored", "--max-restarts", "0"]);
  for (const [name, status] of [["waits", "waiting"], ["errored", "errored"]] as const) {
    await until(`'${name}' to be ${status}`, async () => {
      return (await tsm.list())[name]?.status === status;
    });
  }
  await tsm.ok("save");
  await tsm.ok("stop", "--keep", "kept");
  await tsm.ok("stop", "gone", "waits", "errored");
  // What happens to a log behind the stop takes nothing from it.
  await tsm.ok("flush", "kept");
  for (const name of ["waits", "errored"]) {
    const last = JSON.parse(tsm.read("db/history", `${name}.jsonl`).trim().split("\n").at(-1)!);
    assertEquals([last.event, last.pid, last.uptime], ["stop", null, undefined]);
  }
  const { pid } = (await tsm.list())["runs"]!;
  await tsm.killSupervisor();
  // As when somebody cleared the directory away: nobody asked for that.
  Deno.kill(pid!, "SIGKILL");
  await until("its end", () => !isRunning(pid!));
  Deno.removeSync(tsm.path("runtime", "processes", "runs"), { recursive: true });
  {
    await using _ = foreground(tsm, "--resurrect");
    await until(
      "the process to be back",
      async () => (await tsm.list())["runs"]?.status === "online",
    );
    const listed = await tsm.list();
    assertEquals(Object.keys(listed).sort(), ["kept", "runs"]);
    assertEquals(listed["kept"]!.status, "stopped");
  }
  // One that left in peace is another matter: the saved list holds again.
  await using _ = foreground(tsm, "--resurrect");
  await until(
    "all to be back",
    async () => {
      const listed = await tsm.list();
      const online = ["runs", "kept", "gone"].every((name) => listed[name]?.status === "online");
      return online && listed["waits"]?.status === "waiting";
    },
  );
});

testNeeding(
  PID_NAMESPACE,
  "after a reboot everything comes back as it was, by hand or by the supervisor",
  async () => {
    await using tsm = new Tsm();
    /** Boots a machine, runs a script of tsm commands in it, and cuts its power. */
    const boot = async (script: string): Promise<Result> => {
      const words = tsmCommand().map((word) => `'${word}'`).join(" ");
      const output = await new Deno.Command("unshare", {
        args: [
          "--pid",
          "--fork",
          "--mount-proc",
          "sh",
          "-c",
          `tsm() { ${words} "$@" </dev/null; }\n${script}`,
        ],
        cwd: tsm.work,
        env: { TSM_ROOT: tsm.root },
      }).output();
      const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
      return { code: output.code, stdout: decode(output.stdout), stderr: decode(output.stderr) };
    };
    const set = await boot(`
    tsm start 'sleep 1000' --name a --env COLOUR=blue && tsm start 'sleep 1000' --name b &&
    tsm start 'sleep 1000' --name rests && tsm stop --keep rests && tsm save && tsm restart a`);
    assertEquals(set.code, 0, set.stderr);

    const first = await boot(
      "tsm ping >/dev/null; tsm start true --name starter >/dev/null 2>&1\n" +
        "tsm ls --json && tsm resurrect --json && tsm resurrect --json && tsm ls --json",
    );
    assertEquals(first.code, 0, first.stderr);
    const [before, report, again, after] = first.stdout.trim().split(/\n(?=[[{]$)/m)
      .map((text) => JSON.parse(text));
    type Listed = { name: string; status: string; reason?: string; tsm_id: number };
    const states = (list: Listed[]) =>
      Object.fromEntries(
        list.filter(({ name }) => name !== "starter").map(({ name, status, reason }) => [
          name,
          reason === "reboot" ? "reboot" : status,
        ]),
      );
    assertEquals(states(before), { a: "reboot", b: "reboot", rests: "stopped" });
    assertEquals(report.resurrected.map(({ name }: Listed) => name), ["a", "b"]);
    assertEquals(report.stopped, ["rests"]);
    assertEquals(again.running.sort(), ["a", "b"]);
    assertEquals(states(after), { a: "online", b: "online", rests: "stopped" });

    // By their history: until the supervisor has looked, the list is of the last boot.
    const second = await boot(`
    online() { cat "$TSM_ROOT"/db/history/[ab].jsonl | grep -c '"event":"online"'; }
    before=$(online)
    tsm supervisor --resurrect >&2 &
    for i in $(seq 150); do
      [ "$(online)" = $((before + 2)) ] && break
      sleep 0.2
    done
    tsm ls --json > listed`);
    assertEquals(second.code, 0, second.stderr);
    const listed = JSON.parse(Deno.readTextFileSync(`${tsm.work}/listed`));
    assertEquals(states(listed), { a: "online", b: "online", rests: "stopped" });
  },
);
