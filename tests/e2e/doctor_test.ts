import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { CheckResult } from "../../src/cli/doctor/check_result.ts";
import { MOUNT, PID_NAMESPACE, testNeeding } from "../test_needing.ts";
import { type CallOptions, freePort, isRunning, Tsm, tsmCommand, until } from "./harness.ts";

/** What the doctor says to people, and how many problems it counts, without pid 1's. */
async function consult(tsm: Tsm) {
  const { code, stdout } = await tsm.run(["doctor"]);
  const count = /\n(?:Nothing is wrong|(1) problem|(\d+) problems)\.\n$/.exec(stdout);
  assert(count, stdout);
  const problems = Number(count[1] ?? count[2] ?? 0);
  assertEquals(code, problems > 0 ? 1 : 0);
  return { text: stdout, problems: problems - (stdout.includes("\n✗ pid 1 ") ? 1 : 0) };
}

/** What the doctor finds; exit code 1 must mean that a problem is among it. */
async function examine(tsm: Tsm, args: readonly string[] = [], options?: CallOptions) {
  return judge(await tsm.run(["doctor", "--json", ...args], options));
}

function judge({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) {
  assertEquals(stderr, "");
  const findings = JSON.parse(stdout) as CheckResult[];
  const isProblem = ({ status }: CheckResult) => status === "problem";
  assertEquals(code, findings.some(isProblem) ? 1 : 0);
  // How fast the pid 1 of this machine reaps is not ours to judge.
  const problems = findings.filter(({ check }) => check !== "pid 1").filter(isProblem);
  for (const { check, message, fix } of problems) assert(fix, `${check}: ${message} has no fix`);
  return {
    findings,
    problems,
    /** The one problem there is to be. */
    problem() {
      assertEquals(problems.length, 1, JSON.stringify(problems, null, 2));
      return problems[0]!;
    },
  };
}

/** Runs the doctor behind a line of shell, which ends in `exec "$@"`. */
async function examineIn(tsm: Tsm, script: string, program = "sh", ...before: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args: [...before, "-c", script, "sh", ...tsmCommand(), "doctor", "--json"],
    env: { TSM_ROOT: tsm.root },
    stdin: "null",
  }).output();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return judge({ code, stdout: decode(stdout), stderr: decode(stderr) });
}

Deno.test("doctor finds nothing wrong before the first start, nor while all is well", async () => {
  await using tsm = new Tsm();
  const before = await examine(tsm);
  assertEquals(before.problems, []);
  const looked = new Set(before.findings.map(({ check }) => check));
  for (const check of ["programs", "root", "supervisor", "disk", "limits", "clock", "boot"]) {
    assert(looked.has(check), check);
  }
  assertEquals([...Deno.readDirSync(tsm.work)], [], "it makes nothing");
  await tsm.ok("start", "sleep 1000", "--name", "x");
  assertEquals((await examine(tsm)).problems, []);
  const { text, problems } = await consult(tsm);
  assertMatch(text, /^✓ supervisor it answers \(pid \d+, 1 process, /m);
  assertEquals(problems, 0);
  const quiet = await tsm.run(["doctor", "--quiet"]);
  assertEquals(quiet.stdout.replace(/^✗ pid 1 .*\n.*\n/, ""), "");
});

Deno.test("doctor finds a root that others can look into, and says the fix", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "x");
  Deno.chmodSync(tsm.root, 0o755);
  const { message, fix } = (await examine(tsm)).problem();
  assertStringIncludes(message, "has mode 0755: others can look into it");
  assertEquals(fix, `chmod 700 ${tsm.root}`);
  const { text, problems } = await consult(tsm);
  assertStringIncludes(text, `→ chmod 700 ${tsm.root}\n`);
  assertEquals(problems, 1);
});

Deno.test("doctor finds a root that is somebody's other directory, or no directory", async () => {
  await using tsm = new Tsm();
  tsm.write("file", "");
  const other = (await examine(tsm, ["--root", tsm.work])).problem();
  assertStringIncludes(other.message, "is not empty and holds no 'runtime' directory");
  const file = await examine(tsm, ["--root", `${tsm.work}/file`]);
  assertEquals(file.problems[0]?.message, `${tsm.work}/file is no directory`);
  Deno.mkdirSync(tsm.root, { mode: 0o700 });
  Deno.symlinkSync(tsm.work, tsm.path("runtime"));
  const { problems } = await examine(tsm);
  assert(problems.some(({ message }) => message.includes("a symbolic link")));
});

Deno.test("doctor finds processes that nobody watches over", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "x");
  await tsm.killSupervisor();
  const { message, fix } = (await examine(tsm)).problem();
  assertEquals(message, "it died: nobody watches over 1 process, of which 1 live");
  assertStringIncludes(fix!, "tsm patrol");
  await tsm.ok("patrol");
  assertEquals((await examine(tsm)).problems, []);
});

Deno.test("doctor finds a stale lock, and who holds it", async () => {
  await using tsm = new Tsm();
  Deno.mkdirSync(tsm.path("runtime"), { recursive: true, mode: 0o700 });
  Deno.chmodSync(tsm.root, 0o700);
  const lock = tsm.path("runtime", "supervisor.lock");
  const holder = new Deno.Command("flock", {
    args: ["--no-fork", lock, "sh", "-c", "echo held; exec sleep 1000"],
    stdout: "piped",
  }).spawn();
  const said = holder.stdout.getReader();
  await said.read();
  try {
    const { message, fix } = (await examine(tsm)).problem();
    assertStringIncludes(message, `${lock} is held, and not by a supervisor that is ready`);
    assertStringIncludes(fix!, `kill ${holder.pid},`);
  } finally {
    holder.kill();
    await said.cancel();
    await holder.status;
  }
});

Deno.test("doctor finds a supervisor that does not answer, or is of another version", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "x");
  const pid = tsm.supervisorPid();
  Deno.kill(pid, "SIGSTOP");
  try {
    const { message, fix } = (await examine(tsm)).problem();
    assertStringIncludes(message, "has not answered for 5 s");
    assertStringIncludes(fix!, `kill -9 ${pid}`);
  } finally {
    Deno.kill(pid, "SIGCONT");
  }
  const file = tsm.path("runtime", "supervisor.json");
  const address = JSON.parse(Deno.readTextFileSync(file));
  // The supervisor, which has a tick to catch up on, may write it anew before the doctor looks.
  const [{ message, fix }] = await until("the finding", async () => {
    Deno.writeTextFileSync(file, JSON.stringify({ ...address, version: "0.0.1" }));
    const { problems } = await examine(tsm);
    return problems.length === 1 ? problems as [CheckResult] : undefined;
  });
  assertMatch(message, /^it is of version 0\.0\.1, this command line of \d/);
  assertStringIncludes(fix!, "tsm patrol");
  assertEquals(isRunning(pid), true, "it only looks");
});

Deno.test("doctor finds a clock that was set back", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "x");
  await tsm.ok("shutdown", "--keep-processes");
  const path = tsm.path("runtime/processes/x/meta.json");
  const meta = Deno.readTextFileSync(path);
  Deno.writeTextFileSync(path, meta.replace(/"start_time": \d+/, '"start_time": 9999999999'));
  const { problems } = await examine(tsm);
  const clock = problems.find(({ check }) => check === "clock");
  assertStringIncludes(clock!.message, "'x' was started later: it was set back");
  Deno.writeTextFileSync(path, meta);
});

Deno.test("doctor finds missing programs and low limits", async () => {
  await using tsm = new Tsm();
  const bare = await examine(tsm, [], { env: { PATH: tsm.work } });
  const missing = bare.findings.filter(({ check }) => check === "programs");
  assertStringIncludes(JSON.stringify(missing), "there is no 'setpriv'");
  assert(bare.problems.some(({ message }) => message.startsWith("there is no 'ln'")));
  const { message, fix } = (await examineIn(tsm, 'ulimit -n 300; exec "$@"')).problem();
  assertEquals(message, "max open files: 300, for each of your processes");
  assertStringIncludes(fix!, "ulimit -n 1024");
});

testNeeding(MOUNT, "doctor finds a full disk", async () => {
  await using tsm = new Tsm();
  Deno.mkdirSync(tsm.root);
  const script = 'mount -t tmpfs -o size=8m,mode=0700 none "$TSM_ROOT" && exec "$@"';
  const { message } = (await examineIn(tsm, script, "unshare", "--mount", "sh")).problem();
  assertMatch(message, /^8\.0M are free where /);
});

testNeeding(["python3"], "doctor port names who listens on it", async () => {
  await using tsm = new Tsm();
  const port = freePort(3);
  const listener = Deno.listen({ hostname: "127.0.0.1", port });
  const stranger = (await examine(tsm, ["port", String(port)])).problem();
  assertStringIncludes(stranger.message, `held by pid ${Deno.pid}: `);
  assertStringIncludes(stranger.fix!, `kill ${Deno.pid}`);
  listener.close();
  const free = await examine(tsm, ["port", String(port)]);
  assertEquals(free.findings.map(({ message }) => message), ["nobody listens on it"]);

  const server = tsm.write(
    "server.py",
    "import os, socket, time\ns = socket.socket()\ns.bind(('127.0.0.1', int(os.environ['PORT'])))\n" +
      "s.listen()\ntime.sleep(1000)\n",
  );
  await tsm.ok("start", server, "--name", "web", "--port", String(port), "--wait=5m");
  assertMatch(
    await tsm.ok("doctor", "port", String(port)),
    new RegExp(`^✓ port ${port} +it is held by 'web-${port}' \\(pid \\d+\\)\n$`),
  );
  await tsm.ok("start", "sleep 1000", "--name", "deaf", "--port", String(port + 1));
  const deaf = (await examine(tsm, ["port", String(port + 1)])).problem();
  assertEquals(deaf.message, `'deaf-${port + 1}' is online and does not listen on it`);
  // One that was given no port may listen where it likes; one that was given another may not.
  await tsm.ok("stop", "web");
  for (const [flags, code] of [[[], 0], [["--port", String(port + 2)], 1]] as const) {
    await tsm.ok(
      "start",
      `PORT=${port} exec python3 ${server}`,
      "--name",
      "free",
      ...flags,
      "--force",
    );
    await until("it to listen", async () => {
      const { stdout } = await tsm.run(["doctor", "port", String(port)]);
      return stdout.includes("it is held by 'free");
    });
    const { code: said, stdout } = await tsm.run(["doctor", "port", String(port)]);
    assertEquals(said, code, stdout);
    if (code === 1) assertStringIncludes(stdout, `is meant to listen on ${port + 2}`);
    await tsm.ok("stop", "/free/");
  }
  for (const words of [["port"], ["port", "0"], ["port", "x"], ["nonsense"]]) {
    assertStringIncludes(await tsm.fails(64, "doctor", ...words), "tsm doctor port 3000");
  }
});

testNeeding(
  [...PID_NAMESPACE, "python3"],
  "doctor finds zombies that pid 1 does not reap",
  async () => {
    await using tsm = new Tsm();
    // A pid 1 that leaves its child a zombie, from before the doctor comes until it has been.
    const pid1 = tsm.write(
      "pid1.py",
      "import os, subprocess, sys\nif os.fork() == 0: os._exit(0)\n" +
        "os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)\n" +
        "sys.exit(subprocess.run(sys.argv[1:]).returncode)\n",
    );
    const { code, stdout, stderr } = await new Deno.Command("unshare", {
      args: [
        ...["--pid", "--fork", "--mount-proc", "--kill-child", "python3", pid1],
        ...[...tsmCommand(), "doctor", "--json"],
      ],
      env: { TSM_ROOT: tsm.root },
      stdin: "null",
    }).output();
    const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    const { findings } = judge({ code, stdout: decode(stdout), stderr: decode(stderr) });
    const found = findings.find(({ check }) => check === "pid 1");
    assertEquals([code, found?.status], [1, "problem"]);
    assertMatch(found!.message, /^it does not reap; zombies: \d+$/);
  },
);
