import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { delay } from "@std/async/delay";
import { fromFileUrl } from "@std/path/posix";
import { PID_NAMESPACE, testNeeding } from "../test_needing.ts";
import { isRunning, Tsm, tsmCommand, until, withoutWaits } from "./harness.ts";

const ENTRYPOINT = fromFileUrl(
  new URL("../../examples/container/entrypoint.sh", import.meta.url),
);

/** What a command in the foreground says while it runs. */
class Foreground implements AsyncDisposable {
  stdout = "";
  stderr = "";
  readonly child: Deno.ChildProcess;
  readonly #read: Promise<unknown>;

  constructor(command: Deno.Command) {
    this.child = command.spawn();
    this.#read = Promise.all([
      this.#collect(this.child.stdout, (text) => this.stdout += text),
      this.#collect(this.child.stderr, (text) => this.stderr += text),
    ]);
  }

  async says(text: string): Promise<void> {
    await until(`'${text}'`, () => this.stdout.includes(text)).catch((error) => {
      throw new Error(`${error.message}; it said:\n${this.stdout}${this.stderr}`);
    });
  }

  /** Awaits its end; gives its exit code. */
  async ends(): Promise<number> {
    const { code } = await this.child.status;
    await this.#read;
    return code;
  }

  async #collect(stream: ReadableStream<Uint8Array>, take: (text: string) => void) {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) take(text);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.child.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    await this.child.status;
  }
}

/** A program that tells its pid and, when it is asked to end, says so. */
const POLITE = [
  `trap 'echo bye; exit 9' TERM; echo "pid $$"; while :; do sleep 0.05; done`,
  ...["--name", "polite", "--kill-timeout", "1m"],
];

function pidIn(text: string): number {
  return Number(/pid (\d+)/.exec(text)?.[1]);
}

Deno.test("run hands on both streams under the name, and ends with the exit code", async () => {
  await using tsm = new Tsm();
  const script = "echo out; echo err >&2; printf 'no end'; exit 7";
  const result = await tsm.run(["run", script, "--name", "job"]);
  const expected = { code: 7, stdout: "job | out\njob | no end\n", stderr: "job | err\n" };
  assertEquals({ ...result, stderr: withoutWaits(result.stderr) }, expected);
  assertEquals((await tsm.list()).job?.status, "stopped");
  // A second run shows nothing of the first, and --rm leaves nothing behind.
  const again = await tsm.run(["run", "--rm", "--raw", "echo again", "--name", "job"]);
  const expectedAgain = { code: 0, stdout: "again\n", stderr: "" };
  assertEquals({ ...again, stderr: withoutWaits(again.stderr) }, expectedAgain);
  assertEquals(await tsm.list(), {});
  assertStringIncludes(tsm.read("db/history/job.jsonl"), '"exit_code":7');
  // Nobody else needed the supervisor.
  await tsm.fails(69, "ping");
});

Deno.test("run's exit code tells of a signal, and of a command that cannot be started", async () => {
  await using tsm = new Tsm();
  assertEquals((await tsm.run(["run", "kill -KILL $$", "--name", "x"])).code, 137);
  assertStringIncludes(await tsm.fails(66, "run", "./not-there.sh"), "Cannot start");
  await tsm.fails(69, "ping");
  assertStringIncludes(await tsm.fails(64, "run"), "Cannot run: no command is given");
});

Deno.test("run restarts what ends only where it is told to", async () => {
  await using tsm = new Tsm();
  const script = tsm.write("twice.sh", "test -e seen && exit 0\ntouch seen\nexit 3\n");
  const { code, stderr } = await tsm.run(["run", "--autorestart", "on-failure", script]);
  assertEquals([code, withoutWaits(stderr)], [0, ""]);
  assertEquals((await tsm.list()).twice?.restarts, 1);
});

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  Deno.test(`run stops what it started on ${signal}, and gives its exit code`, async () => {
    await using tsm = new Tsm();
    await tsm.ok("start", "sleep 1000", "--name", "other");
    await using run = new Foreground(tsm.command(["run", ...POLITE]));
    await run.says("polite | pid ");
    const pid = pidIn(run.stdout);
    assert(isRunning(pid));
    run.child.kill(signal);
    // Who presses Ctrl-C gets what was asked for; a container's end is told as it was.
    assertEquals(await run.ends(), signal === "SIGINT" ? 0 : 9);
    assert(!isRunning(pid));
    assertMatch(run.stdout, /polite \| bye\n$/);
    // The shell may have its say on the end of its sleep as well.
    assertStringIncludes(run.stderr, `tsm: ${signal}: stopping polite\n`);
    assertEquals((await tsm.list()).other?.status, "online");
  });
}

Deno.test("run stops several one after another, the last one first", async () => {
  await using tsm = new Tsm();
  for (const [name, code] of [["one", 0], ["two", 4], ["three", 3]] as const) {
    const script = `trap 'sleep 0.2; echo ${name} >> order; exit ${code}' TERM; ` +
      "echo up; while :; do sleep 0.05; done";
    await tsm.ok("start", script, "--name", name, "--kill-timeout", "1m");
    await until("its trap", () => tsm.read("runtime/processes", name, "current.out") !== "");
    await tsm.ok("stop", "--keep", name);
  }
  Deno.removeSync(`${tsm.work}/order`);
  await using run = new Foreground(tsm.command(["run", "all"]));
  for (const name of ["one  ", "two  ", "three"]) await run.says(`${name} | up`);
  run.child.kill("SIGTERM");
  assertEquals(await run.ends(), 4);
  assertEquals(Deno.readTextFileSync(`${tsm.work}/order`), "three\ntwo\none\n");
});

Deno.test("run goes on when the supervisor is killed, and sees the end of what it runs", async () => {
  await using tsm = new Tsm();
  await using run = new Foreground(tsm.command(["run", ...POLITE]));
  await run.says("polite | pid ");
  const killed = tsm.supervisorPid();
  await tsm.killSupervisor();
  await until("another supervisor", () => {
    try {
      return tsm.supervisorPid() !== killed;
    } catch {
      return false;
    }
  });
  Deno.kill(pidIn(run.stdout), "SIGTERM");
  // Nobody was its parent: its exit code is not known.
  assertEquals(await run.ends(), 1);
  assertStringIncludes(run.stdout, "polite | bye\n");
});

Deno.test("run ends when somebody else stops what it runs", async () => {
  await using tsm = new Tsm();
  await using run = new Foreground(tsm.command(["run", ...POLITE]));
  await run.says("polite | pid ");
  await tsm.ok("stop", "polite");
  assertEquals(await run.ends(), 9);
});

Deno.test("run whose reader goes away stops what it started", async () => {
  await using tsm = new Tsm();
  const script = "echo $$; while :; do echo more; sleep 0.02; done";
  const child = tsm.command(["run", "--raw", script, "--name", "chatty"]).spawn();
  const reader = child.stdout.getReader();
  const pid = Number(new TextDecoder().decode((await reader.read()).value).split("\n")[0]);
  assert(isRunning(pid));
  await reader.cancel();
  await child.stderr.cancel();
  await child.status;
  assert(!isRunning(pid));
});

/** A command that is pid 1 of a namespace of its own, with 'tsm' on its PATH. */
function asPid1(tsm: Tsm, ...command: string[]): Deno.Command {
  const words = tsmCommand().map((word) => `'${word}'`).join(" ");
  tsm.write("tsm", `#!/bin/sh\nexec ${words} "$@"\n`, 0o755);
  return new Deno.Command("unshare", {
    args: ["--pid", "--fork", "--mount-proc", "--kill-child", ...command],
    cwd: tsm.work,
    env: { TSM_ROOT: tsm.root, PATH: `${tsm.work}:${Deno.env.get("PATH")}` },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

/**
 * Leaves twenty children to pid 1, awaits their ends, and tells how many stay zombies; it looks
 * until there are as many as expected.
 */
const ORPHANS = `#!/bin/sh
zombies() { cat /proc/[0-9]*/stat 2>/dev/null | grep -c '^[0-9]* (orphan) Z'; }
printf '#!/bin/sh\\nsleep 0.2\\necho >>ended\\n' >orphan
chmod +x orphan
: >ended
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  setsid sh -c './orphan & exit 0'
done
until [ "$(wc -c <ended)" = 20 ]; do sleep 0.01; done
tries=0
left=$(zombies)
until [ "$left" = "$1" ] || [ "$tries" = 1000 ]; do tries=$((tries + 1)) left=$(zombies); done
echo "zombies: $left"
exit 5
`;

testNeeding(PID_NAMESPACE, "as pid 1, the entrypoint of the example leaves no zombie", async () => {
  await using tsm = new Tsm();
  const script = tsm.write("orphans.sh", ORPHANS, 0o755);
  await using run = new Foreground(asPid1(tsm, "/bin/sh", ENTRYPOINT, script, "0"));
  assertEquals(await run.ends(), 5, run.stderr);
  assertEquals(run.stdout, "orphans | zombies: 0\n");
  assertEquals(withoutWaits(run.stderr), "");
});

testNeeding(PID_NAMESPACE, "as bare pid 1, run warns, for zombies stay", async () => {
  await using tsm = new Tsm();
  const script = tsm.write("orphans.sh", ORPHANS, 0o755);
  await using run = new Foreground(asPid1(tsm, ...tsmCommand(), "run", script, "20"));
  assertEquals(await run.ends(), 5, run.stderr);
  assertEquals(run.stdout, "orphans | zombies: 20\n");
  assertStringIncludes(run.stderr, "this is pid 1, which has to reap");
  assertStringIncludes(run.stderr, "Use examples/container/entrypoint.sh");
  assertStringIncludes(run.stderr, "docker run --init");
});

testNeeding(
  PID_NAMESPACE,
  "as pid 1, the entrypoint passes SIGTERM on and ends with the exit code",
  async () => {
    await using tsm = new Tsm();
    await using run = new Foreground(
      asPid1(tsm, "/bin/sh", ENTRYPOINT, ...POLITE),
    );
    await run.says("polite | pid ");
    const { pid } = run.child;
    const pid1 = Number(Deno.readTextFileSync(`/proc/${pid}/task/${pid}/children`));
    Deno.kill(pid1, "SIGTERM");
    assertEquals(await run.ends(), 9, run.stderr);
    assertStringIncludes(run.stdout, "polite | bye\n");
  },
);

Deno.test("run starts all that tsm.jsonc lists, in its order, and ends when the last has ended", async () => {
  await using tsm = new Tsm();
  tsm.write(
    "tsm.jsonc",
    `{
  // The second waits for the first to end.
  "processes": {
    "first": { "command": "sh -c 'sleep 0.3; echo one'", "autorestart": "never" },
    "second": {
      "command": "sh -c 'sleep 0.3; echo two; exit 3'",
      "autorestart": "never",
      "depends_on": { "first": "exited" }
    }
  }
}`,
  );
  for (const words of [["tsm.jsonc"], []]) {
    await using run = new Foreground(tsm.command(["run", "--rm", ...words]));
    assertEquals(await run.ends(), 3, run.stderr);
    assertMatch(run.stdout, /first {2}\| one\n[^]*second \| two\n/);
    assertEquals(await tsm.list(), {});
  }
  const said = await tsm.fails(64, "run", "tsm.jsonc", "--name", "other");
  assertStringIncludes(said, "--name");
});

Deno.test("run stops a file's processes at once, though one of them waits for another's end", async () => {
  await using tsm = new Tsm();
  tsm.write("job.sh", `trap 'echo bye; exit 0' TERM; echo "pid $$"; while :; do sleep 0.05; done`);
  tsm.write(
    "tsm.jsonc",
    `{
  "processes": {
    "job": { "command": "sh job.sh", "autorestart": "never" },
    "later": { "command": "sleep 1000", "depends_on": { "job": "exited" } }
  }
}`,
  );
  await using run = new Foreground(tsm.command(["run", "tsm.jsonc"]));
  await run.says("job   | pid ");
  run.child.kill("SIGTERM");
  await run.ends();
  assertStringIncludes(run.stdout, "bye\n");
  assertStringIncludes(run.stderr, "tsm: SIGTERM: stopping job, later\n");
  assertEquals(await tsm.list(), {});
  assert(!isRunning(pidIn(run.stdout)));
});

Deno.test("run of a file exits with 1 where one could not be started and the rest ended well", async () => {
  await using tsm = new Tsm();
  // Its first start fails, however long that takes, its policy's second does not.
  tsm.write("twice.sh", "test -e seen && exec sleep 0.5\ntouch seen\nexit 3\n");
  tsm.write(
    "tsm.jsonc",
    `{
  "processes": {
    "good": { "command": "sh -c 'sleep 0.3; echo fine'", "autorestart": "never" },
    "twice": {
      "command": "sh twice.sh",
      "autorestart": "on-failure",
      "port": 31655,
      "wait_ready": "port"
    }
  }
}`,
  );
  await using run = new Foreground(tsm.command(["run", "--rm", "tsm.jsonc"]));
  assertEquals(await run.ends(), 1, run.stderr);
  assertStringIncludes(run.stdout, "fine\n");
  assertStringIncludes(run.stderr, "'twice-31655'");
  assertEquals(await tsm.list(), {});
});

Deno.test("a second Ctrl-C kills what the first one waits for", async () => {
  await using tsm = new Tsm();
  const deaf = tsm.write(
    "deaf.sh",
    `trap 'echo no' TERM INT; echo "pid $$"; while :; do sleep 0.05; done`,
  );
  await using run = new Foreground(tsm.command(["run", deaf, "--kill-timeout", "1h"]));
  await run.says("deaf | pid ");
  const pid = pidIn(run.stdout);
  run.child.kill("SIGINT");
  // One that a shell passes on at once is the same keystroke.
  run.child.kill("SIGINT");
  await run.says("deaf | no");
  assert(isRunning(pid));
  await until("the second one to count", async () => {
    run.child.kill("SIGINT");
    await delay(50);
    return !isRunning(pid);
  });
  assertEquals(await run.ends(), 137);
  assertStringIncludes(run.stderr, "tsm: SIGINT again: killing deaf\n");
});

Deno.test("stop --kill ends at once what a stop waits for", async () => {
  await using tsm = new Tsm();
  const deaf = `trap 'echo no' TERM; echo up; while :; do sleep 0.05; done`;
  await tsm.ok("start", deaf, "--name", "deaf", "--kill-timeout", "1h");
  await until("its trap", () => tsm.read("runtime/processes/deaf/current.out") === "up\n");
  const stopping = tsm.ok("stop", "--keep", "deaf");
  await until("the signal", () => tsm.read("runtime/processes/deaf/current.out").includes("no"));
  await tsm.ok("stop", "--keep", "--kill", "deaf");
  await stopping;
  assertEquals((await tsm.list()).deaf?.exit_signal, "SIGKILL");
});

Deno.test("run of a file tells what becomes of each, and leaves nothing listed that was not before", async () => {
  await using tsm = new Tsm();
  tsm.write("twice.sh", "test -e seen && exec sleep 1000\ntouch seen\nsleep 0.2\nexit 3\n");
  tsm.write(
    "tsm.jsonc",
    `{ "processes": {
      "web": { "command": "sh twice.sh" },
      "db": { "command": "echo serving; exec sleep 1000", "wait_ready": "log:/serving/" },
      "job": { "command": "sleep 0.1", "autorestart": "never" }
    } }`,
  );
  await using run = new Foreground(tsm.command(["run", "tsm.jsonc"]));
  const told = (what: RegExp) =>
    until(String(what), () => what.test(run.stderr)).catch((error) => {
      throw new Error(`${error.message}; it said:\n${run.stderr}`);
    });
  await told(/^tsm: job ended after \d+s: exited with code 0$/m);
  await told(/^tsm: web crashed after \d+s: exited with code 3$/m);
  await told(/^tsm: db is ready$/m);
  await told(/^tsm: web is restarted$/m);
  await until("the second run", () => run.stderr.match(/web is up \(pid \d+\)/g)?.length === 2);
  run.child.kill("SIGINT");
  assertEquals(await run.ends(), 0, run.stderr);
  assertMatch(run.stderr, /tsm: SIGINT: stopping (?:web, db|db, web)\n(.*\n)*tsm: web was stopped/);
  assertEquals(await tsm.list(), {});
  // What was listed before stays.
  await tsm.ok("start", "tsm.jsonc");
  await tsm.ok("stop", "--keep", "all");
  await using again = new Foreground(tsm.command(["run", "tsm.jsonc"]));
  await until("web", () => /web is up/.test(again.stderr));
  again.child.kill("SIGTERM");
  await again.ends();
  assertEquals(Object.keys(await tsm.list()).sort(), ["db", "job", "web"]);
});

Deno.test("run --exit-on ends with the first end, or the first failure", async () => {
  await using tsm = new Tsm();
  tsm.write(
    "tsm.jsonc",
    `{ "processes": {
      "lasting": { "command": "sleep 1000" },
      "good": { "command": "sleep 0.2", "autorestart": "never" },
      "bad": { "command": "sleep 0.6; exit 5", "autorestart": "never" }
    } }`,
  );
  const any = await tsm.run(["run", "--exit-on", "any", "tsm.jsonc"]);
  assertEquals(any.code, 0, any.stderr);
  assertMatch(any.stderr, /tsm: good ended with 0 \(--exit-on any\): stopping lasting/);
  const failure = await tsm.run(["run", "--exit-on", "failure", "tsm.jsonc"]);
  assertEquals(failure.code, 5, failure.stderr);
  assertMatch(failure.stderr, /tsm: bad ended with 5 \(--exit-on failure\): stopping lasting/);
  const wrong = await tsm.fails(64, "run", "--exit-on", "crash", "tsm.jsonc");
  assertStringIncludes(wrong, "--exit-on");
  assertStringIncludes(wrong, "failure");
});

Deno.test("run ends when an essential process is given up", async () => {
  await using tsm = new Tsm();
  tsm.write(
    "tsm.jsonc",
    `{ "processes": {
      "beside": { "command": "sleep 1000" },
      "main": { "command": "sleep 0.1", "max_restarts": 1, "min_uptime": "1m", "essential": true }
    } }`,
  );
  const { code, stderr } = await tsm.run(["run", "tsm.jsonc"]);
  assertEquals(code, 1, stderr);
  assertStringIncludes(stderr, "tsm: main is given up");
  assertMatch(stderr, /tsm: main ended with 1 \(essential\): stopping beside/);
});
