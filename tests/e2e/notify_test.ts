/** Processes that say themselves how they are, by the protocol of sd_notify(3). */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { testNeeding } from "../test_needing.ts";
import { Tsm, until } from "./harness.ts";

/** Awaits what `ls --json` says of a process. */
function untilListed(
  tsm: Tsm,
  name: string,
  holds: (meta: Awaited<ReturnType<Tsm["list"]>>[string]) => boolean,
) {
  return until(`the awaited state of ${name}`, async () => {
    const meta = (await tsm.list())[name];
    return meta && holds(meta) ? meta : undefined;
  });
}

function eventsOf(tsm: Tsm, name: string): string[] {
  return tsm.read("db", "history", `${name}.jsonl`).trimEnd().split("\n")
    .map((line) => JSON.parse(line).event);
}

/** Runs a start in the background, as one that waits for the process. */
function starting(tsm: Tsm, command: string, name: string, ...flags: string[]) {
  return tsm.run(["start", command, "--name", name, ...flags]);
}

const NOTIFY = ["--wait-ready", "notify"];

testNeeding(
  ["systemd-notify"],
  "a start waits for READY=1, and the process is launching until then",
  async () => {
    await using tsm = new Tsm();
    const script = tsm.write(
      "late.sh",
      '#!/bin/sh\nsystemd-notify --status="Opening the database" || exit 1\n' +
        "until test -e go; do sleep 0.05; done\n" +
        'systemd-notify --ready --status="Serving" && echo said\nexec sleep 1000\n',
      0o755,
    );
    const start = starting(tsm, script, "api", ...NOTIFY, "--ready-timeout", "10m");
    const before = await untilListed(tsm, "api", ({ status_text }) => status_text !== undefined);
    assertEquals([before.status, before.readiness], ["launching", "pending"]);
    assertEquals(before.status_text, "Opening the database");
    assertMatch(await tsm.ok("ls"), /launching/);
    assertMatch(await tsm.ok("ls", "-l"), /Says +.*\n.*\n.*Opening the database/);
    assertMatch(await tsm.ok("describe", "api"), /says +Opening the database/);
    assertStringIncludes(await tsm.ok("monit"), "says: Open");
    tsm.write("go", "");
    assertEquals((await start).code, 0);
    const after = (await tsm.list())["api"]!;
    assertEquals([after.status, after.readiness], ["online", "ready"]);
    assertEquals(eventsOf(tsm, "api"), ["start", "online", "ready"]);
    // systemd-notify ends well only where its BARRIER=1 was answered.
    await until(
      "the end of systemd-notify",
      () => tsm.read("runtime/processes/api/current.out") === "said\n",
    );
    await untilListed(tsm, "api", ({ status_text }) => status_text === "Serving");
  },
);

testNeeding(["systemd-notify"], "what depends on a process waits until that is ready", async () => {
  await using tsm = new Tsm();
  const file = tsm.write(
    "tsm.json",
    JSON.stringify({
      processes: {
        db: {
          command: "sleep 0.5; date +%s%N >db.ready; systemd-notify --ready; exec sleep 1000",
          wait_ready: "notify",
        },
        api: { command: "cp db.ready seen; exec sleep 1000", depends_on: "db" },
      },
    }),
  );
  await tsm.ok("start", file);
  await until("the start of api", () => Deno.readTextFileSync(`${tsm.work}/seen`).length > 10);
  assertEquals((await tsm.list())["db"]!.readiness, "ready");
});

Deno.test("one that never says READY is told of, runs on, and counts as online then", async () => {
  await using tsm = new Tsm();
  const flags = [...NOTIFY, "--ready-timeout", "300ms"];
  Deno.mkdirSync(tsm.path("runtime", "notify"), { recursive: true });
  Deno.writeTextFileSync(tsm.path("runtime", "notify", "77.send"), "");
  const said = await tsm.fails(1, "start", "sleep 1000", "--name", "mute", ...flags);
  assertStringIncludes(said, "Cannot call 'mute' ready after 0.3 s");
  assertStringIncludes(said, "it has not said READY=1 on its NOTIFY_SOCKET");
  const { status, readiness } = (await tsm.list())["mute"]!;
  assertEquals([status, readiness], ["online", "late"]);
  // What a process left behind that is gone is removed at the boot.
  assertEquals([...Deno.readDirSync(tsm.path("runtime", "notify"))].map(({ name }) => name), ["1"]);
});

testNeeding(
  ["python3"],
  "messages of a stranger, of 64 KB and by the thousand harm nobody",
  async () => {
    await using tsm = new Tsm();
    const script = tsm.write(
      "loud.py",
      `import os, socket, time
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.connect(os.environ["NOTIFY_SOCKET"])
s.send(b"x" * 65000)
s.send(b"\\xff\\xfe\\x00READY=1")
s.send(b"")
for i in range(2000):
    s.send(b"STATUS=step %d" % i)
s.send(b"READY=1")
s.send(b"READY=1\\nSTATUS=done\\nERRNO=2")
time.sleep(1000)
`,
    );
    await tsm.ok("start", `python3 ${script}`, "--name", "loud", ...NOTIFY);
    // One that is no process of tsm's, by the path.
    const [socket] = [...Deno.readDirSync(tsm.path("runtime", "notify"))].map(({ name }) => name);
    const stranger = `import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.connect(sys.argv[1])
for message in (b"x" * 65536, b"READY=1\\nREADY=1", b"=\\n\\n=="):
    s.send(message)
`;
    const { success } = await new Deno.Command("python3", {
      args: ["-c", stranger, `${tsm.path("runtime", "notify")}/${socket}`],
    }).output();
    assert(success, "the stranger could not say its words");
    await untilListed(tsm, "loud", ({ status_text }) => status_text === "done (errno 2)");
    assertEquals(eventsOf(tsm, "loud").filter((event) => event === "ready").length, 1);
    assertStringIncludes(
      tsm.read("runtime", "supervisor.log"),
      "loud: a message of more than 4096 bytes on its notify socket is ignored",
    );
  },
);

testNeeding(
  ["systemd-notify"],
  "a supervisor killed while a process is launching is followed by one that hears it",
  async () => {
    await using tsm = new Tsm();
    const command =
      "until test -e go; do sleep 0.05; done; systemd-notify --ready; exec sleep 1000";
    const start = starting(tsm, command, "api", ...NOTIFY);
    const { pid } = await untilListed(tsm, "api", ({ readiness }) => readiness === "pending");
    const first = tsm.supervisorPid();
    await tsm.killSupervisor();
    // The start that still waits brings up the next one, and waits on.
    await until("the next supervisor", () => tsm.supervisorPid() !== first);
    const adopted = (await tsm.list())["api"]!;
    assertEquals([adopted.pid, adopted.status, adopted.readiness], [pid, "launching", "pending"]);
    tsm.write("go", "");
    await untilListed(
      tsm,
      "api",
      ({ status, readiness }) => status === "online" && readiness === "ready",
    );
    assertEquals(eventsOf(tsm, "api").at(-1), "ready");
    assertEquals((await start).code, 0);
  },
);

testNeeding(
  ["systemd-notify"],
  "one whose READY=1 is lost with a supervisor runs on, and is told of as late",
  async () => {
    await using tsm = new Tsm();
    const say = "systemd-notify --no-block --ready";
    const command = `until test -e go; do sleep 0.05; done; ${say}; echo said; ` +
      `until test -e again; do sleep 0.05; done; ${say}; exec sleep 1000`;
    const start = starting(tsm, command, "api", ...NOTIFY, "--ready-timeout", "6s");
    const { pid } = await untilListed(tsm, "api", ({ readiness }) => readiness === "pending");
    Deno.kill(tsm.supervisorPid(), "SIGSTOP");
    tsm.write("go", "");
    await until("its word", () => tsm.read("runtime/processes/api/current.out") === "said\n");
    await tsm.killSupervisor();
    const late = await untilListed(tsm, "api", ({ readiness }) => readiness === "late");
    assertEquals([late.pid, late.status], [pid, "online"]);
    await start;
    tsm.write("again", "");
    await untilListed(tsm, "api", ({ readiness }) => readiness === "ready");
  },
);

Deno.test("one that dies while it is launching and nobody looks is seen to have crashed", async () => {
  await using tsm = new Tsm();
  const start = starting(tsm, "sleep 1000", "api", ...NOTIFY);
  const { pid } = await untilListed(tsm, "api", ({ readiness }) => readiness === "pending");
  Deno.kill(tsm.supervisorPid(), "SIGSTOP");
  Deno.kill(pid!, "SIGKILL");
  await tsm.killSupervisor();
  const { reason } = await untilListed(
    tsm,
    "api",
    ({ restarts, pid: now }) => restarts === 1 && now !== null,
  );
  assertEquals(reason, "found dead");
  assertEquals(eventsOf(tsm, "api").slice(-3), ["crash", "restart", "online"]);
  await tsm.ok("stop", "api");
  await start;
});

testNeeding(
  ["systemd-notify"],
  "a process with a watchdog that falls silent is restarted, with the reason",
  async () => {
    await using tsm = new Tsm();
    const script = tsm.write(
      "alive.sh",
      "#!/bin/sh\necho $WATCHDOG_USEC\nuntil test -e silent; do systemd-notify WATCHDOG=1; sleep 0.1; done\nexec sleep 1000\n",
      0o755,
    );
    await tsm.ok(
      "start",
      script,
      "--name",
      "api",
      "--watchdog",
      "3s",
      ...NOTIFY,
      "--ready-timeout=100ms",
    )
      .catch(() => {});
    const { pid } = await untilListed(tsm, "api", ({ status }) => status === "online");
    await until(
      "its time",
      () => tsm.read("runtime/processes/api/current.out") === "3000000\n",
    );
    tsm.write("silent", "");
    const { reason } = await untilListed(
      tsm,
      "api",
      (meta) => meta.restarts > 0 && meta.pid !== null,
    );
    assertEquals(reason, "watchdog: it has not said WATCHDOG=1 for 3 s");
    assert((await tsm.list())["api"]!.pid !== pid);
    assert(eventsOf(tsm, "api").includes("watchdog"));
  },
);

testNeeding(
  ["systemd-notify"],
  "a process asks for more time to start, tells of a reload and of its end",
  async () => {
    await using tsm = new Tsm();
    const script = tsm.write(
      "slow.sh",
      `#!/bin/sh
systemd-notify EXTEND_TIMEOUT_USEC=600000000
sleep 6
systemd-notify --ready
until test -e reload; do sleep 0.05; done
systemd-notify RELOADING=1
until test -e reloaded; do sleep 0.05; done
systemd-notify --ready
until test -e end; do sleep 0.05; done
systemd-notify STOPPING=1
exec sleep 1000
`,
      0o755,
    );
    await tsm.ok("start", script, "--name", "api", ...NOTIFY, "--ready-timeout", "5s");
    for (
      const [file, expected] of [
        ["reload", "reloading"],
        ["reloaded", "ready"],
        ["end", "stopping"],
      ]
    ) {
      tsm.write(file!, "");
      await untilListed(
        tsm,
        "api",
        ({ status, readiness }) => status === "online" && readiness === expected,
      );
    }
    assertEquals(
      eventsOf(tsm, "api").filter((event) => event === "ready").length,
      1,
    );
  },
);

testNeeding(["systemd-notify"], "a process asks for more time to end", async () => {
  await using tsm = new Tsm();
  const script = tsm.write(
    "slow.sh",
    `#!/bin/sh
trap 'systemd-notify EXTEND_TIMEOUT_USEC=600000000; sleep 6; echo >ended; exit 0' TERM
systemd-notify --ready
while :; do sleep 0.05; done
`,
    0o755,
  );
  await tsm.ok("start", script, "--name", "api", ...NOTIFY, "--kill-timeout", "5s");
  await tsm.ok("stop", "api");
  assertEquals(Deno.readTextFileSync(`${tsm.work}/ended`), "\n");
  // Nothing of it is left.
  assertEquals([...Deno.readDirSync(tsm.path("runtime", "notify"))], []);
});

Deno.test("a root that is too long for the path of a socket is refused at the start", async () => {
  await using tsm = new Tsm();
  const root = `${tsm.work}/${"r".repeat(100)}`;
  const { code, stderr } = await tsm.run(["start", "sleep 1000", ...NOTIFY, "--root", root]);
  assertEquals(code, 64);
  assertMatch(stderr, /bytes too long for the path of a socket; take a shorter root/);
  await tsm.run(["shutdown", "--root", root]);
});

testNeeding(
  ["systemd-notify"],
  "a process asks to be restarted, and gives its watchdog another time",
  async () => {
    await using tsm = new Tsm();
    const script = tsm.write(
      "asks.sh",
      `#!/bin/sh
if test -e asked; then test -e shorter || systemd-notify WATCHDOG_USEC=200000; : >shorter
else : >asked; systemd-notify WATCHDOG=trigger
fi
exec sleep 1000
`,
      0o755,
    );
    // It may be ended within its first moments, which its start tells.
    await tsm.run(["start", script, "--name", "api", "--watchdog", "1h"]);
    await untilListed(tsm, "api", ({ restarts, pid }) => restarts === 2 && pid !== null);
    const reasons = tsm.read("db", "history", "api.jsonl").trimEnd().split("\n")
      .map((line) => JSON.parse(line)).filter(({ event }) => event === "watchdog")
      .map(({ reason }) => reason);
    assertEquals(reasons, [
      "watchdog: it asked to be restarted (WATCHDOG=trigger)",
      "watchdog: it has not said WATCHDOG=1 for 0.2 s",
    ]);
  },
);
