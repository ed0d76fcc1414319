import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { isThere } from "../../src/files/path_info.ts";
import { ROOT_USER, testNeeding } from "../test_needing.ts";
import { freePort, Tsm, tsmCommand, until } from "./harness.ts";

testNeeding(
  ["python3"],
  "start names a process after its script, its program or its port",
  async () => {
    await using tsm = new Tsm();
    tsm.write("worker.sh", "#!/bin/sh\nexec sleep 1000\n", 0o755);
    tsm.write("plain.py", "import time; time.sleep(1000)\n");
    await tsm.ok("start", "worker.sh");
    await tsm.ok("start", "plain.py");
    await tsm.ok("start", "sleep 1000");
    await tsm.ok("start", "--port", "3991", "--", "sleep", "1001");
    await tsm.ok("start", "sleep 1000", "--name", "web-3992", "--port", "3992");
    const list = await tsm.list();
    assertEquals(Object.keys(list).sort(), ["plain", "sleep", "sleep-3991", "web-3992", "worker"]);
    assertEquals(list["worker"]?.interpreter, "sh");
    assertEquals(list["plain"]?.interpreter, "python3");
    assertEquals(list["sleep-3991"]?.command, "sleep 1001");
    assertEquals(Object.values(list).map(({ tsm_id }) => tsm_id), [1, 2, 3, 4, 5]);
  },
);

Deno.test("words behind '--' reach the command as they are, tsm's own flags and '--' among them", async () => {
  await using tsm = new Tsm();
  tsm.write("say.sh", `#!/bin/sh\nprintf '<%s>' "$@"\nexec sleep 1000\n`, 0o755);
  const words = ["--name", "theirs", "-c", "--help", "--", "two words", "--root=x"];
  await tsm.ok("start", "--name", "ours", "--", "./say.sh", ...words);
  const out = () => tsm.read("runtime/processes/ours/current.out");
  await until("its words", () => out() === words.map((word) => `<${word}>`).join(""));
});

Deno.test("start runs a command line with pipes and variables in a shell", async () => {
  await using tsm = new Tsm();
  await tsm.ok(
    "start",
    `echo "$GREETING" | tr a-z A-Z; sleep 1000`,
    "-n",
    "x",
    "-e",
    "GREETING=hi",
  );
  await until("its output", () => tsm.read("runtime/processes/x/current.out") === "HI\n");
});

Deno.test("start refuses what cannot run, and changes nothing", async () => {
  await using tsm = new Tsm();
  tsm.write("bad.env", "FINE=1\nnot a variable\n");
  tsm.write("plain.txt", "text\n");
  const cases: [number, string[], RegExp][] = [
    [66, ["no-such-program"], /neither a program on its PATH nor a file in .*; check the spelling/],
    [66, ["./missing.sh"], /there is no file '.*missing\.sh'/],
    [64, ["plain.txt"], /not executable and has no known interpreter; .*chmod \+x/],
    [66, ["sleep 9", "--cwd", "nowhere"], /working directory '.*nowhere' does not exist/],
    [64, ["sleep 9", "--cwd", "plain.txt"], /is no directory/],
    [66, ["sleep 9", "--env-file", "none.env"], /env file '.*none\.env' does not exist/],
    [
      64,
      ["sleep 9", "--env-file", "bad.env"],
      /bad\.env:2: expected KEY=value, found "not a variable"/,
    ],
    [64, ["sleep 9", "--name", "../up"], /a name is 1 to 64 letters, digits/],
    [64, ["sleep 9", "--name", "all"], /a name is 1 to 64 letters, digits/],
    [64, ["sleep 9", "--port", "70000"], /it takes a port, 1 to 65535, or 'auto'/],
    [64, ["sleep 9", "--env", "=x"], /--env takes NAME=value/],
    [66, ["sleep 9", "--user", "nobody-here"], /there is no user 'nobody-here'/],
    [66, ["plain.txt", "--interpreter", "no-such-interpreter"], /not on the process's PATH/],
    [64, [""], /no command is given/],
    [64, [], /no command is given/],
  ];
  for (const [code, args, message] of cases) {
    assertMatch(await tsm.fails(code, "start", ...args), message, args.join(" "));
  }
  assertEquals([...Deno.readDirSync(tsm.path("runtime", "processes"))], []);
  assertEquals([...Deno.readDirSync(tsm.path("runtime", "pids"))], []);
});

Deno.test("start refuses a name that runs; --force restarts it", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "x");
  const before = (await tsm.list())["x"]!;
  assertMatch(
    await tsm.fails(1, "start", "sleep 2000", "--name", "x"),
    /already running \(pid \d+\)/,
  );
  assertMatch(await tsm.fails(1, "start", "x"), /already running/);
  assertEquals((await tsm.list())["x"], before);
  await tsm.ok("start", "sleep 2000", "--name", "x", "--force");
  const after = (await tsm.list())["x"]!;
  assertEquals([after.tsm_id, after.command, after.restarts], [1, "sleep 2000", 1]);
  assert(after.pid !== before.pid);
});

Deno.test("start all starts what is stopped, and says so where nothing is", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "x");
  await tsm.ok("start", "sleep 1000", "--name", "y");
  assertMatch(await tsm.ok("start", "all"), /^Nothing to start/);
  await tsm.ok("stop", "--keep", "all");
  assertMatch(await tsm.ok("start", "all"), /^Started x .*\nStarted y /);
});

Deno.test("start refuses a port that is held, and says by whom", async () => {
  await using tsm = new Tsm();
  using listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const port = String((listener.addr as Deno.NetAddr).port);
  const said = await tsm.fails(1, "start", "sleep 9", "--name", "x", "--port", port);
  assertMatch(said, new RegExp(`port ${port} is held by deno \\(pid ${Deno.pid}\\)`));
  assertEquals(await tsm.list(), {});
});

Deno.test("start --port auto gives every process a port of its own", async () => {
  await using tsm = new Tsm();
  await Promise.all(
    ["a", "b", "c"].map((name) => tsm.ok("start", "sleep 1000", "-n", name, "-p", "auto")),
  );
  const list = Object.values(await tsm.list());
  assertEquals(new Set(list.map(({ port }) => port)).size, 3);
  for (const { name, port } of list) assert(name.endsWith(`-${port}`));
});

testNeeding(
  ["python3"],
  "--port auto gives each instance, and what depends on others, a free port of its own",
  async () => {
    await using tsm = new Tsm();
    using listener = listenFrom(3000);
    const held = (listener.addr as Deno.NetAddr).port;
    tsm.write("serve.sh", '#!/bin/sh\nexec python3 -m http.server -b 127.0.0.1 "$PORT"\n', 0o755);
    await Promise.all([
      tsm.ok("start", "./serve.sh", "-n", "a", "-p", "auto", "--instances", "3", "--wait=2m"),
      tsm.ok("start", "./serve.sh", "-n", "b", "-p", "auto", "--instances", "2", "--wait=2m"),
    ]);
    await tsm.ok(
      ...["start", "./serve.sh", "-n", "c", "-p", "auto", "--depends-on", "a", "--wait=2m"],
    );
    const list = Object.values(await tsm.list());
    const ports = list.map(({ port }) => port!);
    assertEquals(new Set(ports).size, 6);
    assert(!ports.includes(held));
    for (const { name, port } of list) {
      assertEquals(name, `${name[0]}-${port}`);
      const response = await fetch(`http://127.0.0.1:${port}/`);
      assertEquals(response.status, 200, name);
      await response.body?.cancel();
    }
    // They are the instances of one app each.
    assertStringIncludes(
      await tsm.ok("stop", "b"),
      `b-${list.find(({ name }) => name[0] === "b")!.port}`,
    );
    assertEquals(Object.keys(await tsm.list()).map((name) => name[0]).sort(), ["a", "a", "a", "c"]);
  },
);

Deno.test("a start of several fails as a start of one does, and leaves nothing of what it made", async () => {
  await using tsm = new Tsm();
  const program = ["start", "no-such-program", "--instances", "2"];
  assertMatch(await tsm.fails(66, ...program), /^tsm: Cannot start 'no-such-program': .*neither/);
  const broken = ["start", "sleep 1000", "-n", "w", "--instances", "2", "--pre-start", "exit 7"];
  const said = await tsm.fails(1, ...broken);
  for (const name of ["w-0", "w-1"]) {
    assertMatch(said, new RegExp(`^tsm: Cannot start '${name}': .*pre_start.* code 7`, "m"));
  }
  assertEquals(await tsm.list(), {});
});

Deno.test("start all starts the others where one cannot be, and says which", async () => {
  await using tsm = new Tsm();
  Deno.mkdirSync(`${tsm.work}/there`);
  await tsm.ok("start", "sleep 1000", "-n", "x", "--cwd", "there");
  await tsm.ok("start", "sleep 1000", "-n", "y");
  await tsm.ok("stop", "--keep", "all");
  Deno.removeSync(`${tsm.work}/there`);
  const { code, stdout, stderr } = await tsm.run(["start", "all"]);
  assertEquals(code, 1);
  assertMatch(stdout, /^Started y [^\n]*\n$/);
  assertMatch(stderr, /^tsm: Cannot start 'x': .*there' does not exist/);
  // Of one alone the exit code says what kind of failure it is.
  await tsm.fails(66, "start", "x");
});

Deno.test("start reports a program that dies at once, with its code and last words", async () => {
  await using tsm = new Tsm();
  tsm.write("dies.sh", "#!/bin/sh\necho no database >&2\nexit 3\n", 0o755);
  const said = await tsm.fails(1, "start", "dies.sh", "--wait", "--no-autorestart", ...[
    "--min-uptime",
    "1h",
  ]);
  assertMatch(said, /Cannot keep 'dies' running: it exited with code 3, \d+ ms after its start/);
  assertStringIncludes(said, "  no database\n");
  const { dies } = await tsm.list();
  assertEquals([dies?.status, dies?.exit_code, dies?.pid], ["stopped", 3, null]);
});

testNeeding(["python3"], "start --wait waits until somebody listens on the port", async () => {
  await using tsm = new Tsm();
  tsm.write(
    "late.py",
    [
      "import http.server, os, time",
      "time.sleep(0.3)",
      "address = ('127.0.0.1', int(os.environ['PORT']))",
      "http.server.HTTPServer(address, http.server.SimpleHTTPRequestHandler).serve_forever()",
    ].join("\n"),
  );
  const port = freePort(2);
  await tsm.ok("start", "late.py", "--port", String(port), "--wait=2m");
  const response = await fetch(`http://127.0.0.1:${port}/`);
  assertEquals(response.status, 200);
  await response.body?.cancel();
  const said = await tsm.fails(
    1,
    "start",
    "sleep 1000",
    "-n",
    "mute",
    "-p",
    String(port + 1),
    "--wait=200ms",
  );
  assertStringIncludes(said, `nobody listens on port ${port + 1}`);
});

Deno.test("a process that ends too often in a row is given up", async () => {
  await using tsm = new Tsm();
  // Each of them ends too soon, however long a slow machine takes.
  await tsm.run(["start", "sh -c 'exit 7'", "--name", "loop", "--min-uptime", "1h"]);
  const loop = await until("errored", async () => {
    const { loop } = await tsm.list();
    return loop?.status === "errored" ? loop : undefined;
  });
  assertEquals([loop.exit_code, loop.unstable_restarts, loop.restarts], [7, 16, 15]);
  assertStringIncludes(await tsm.ok("describe", "loop"), "16 unstable restarts in a row");
});

testNeeding(
  ["python3"],
  "the environment is the command line's, then the env file, then --env",
  async () => {
    await using tsm = new Tsm();
    tsm.write(".env", `export FROM_FILE="two words"\nBOTH=file # a comment\nOVER=file\n`);
    // A shell would drop variables whose names are no identifiers.
    const lines =
      "import os, time; print(*map('='.join, os.environ.items()), sep='\\n', flush=True)";
    tsm.write("show.py", `${lines}\ntime.sleep(1000)\n`);
    const show = (name: string) => ["start", "show.py", "--name", name];
    const variables = { BOTH: "command line", SSH_TTY: "noise", TERM: "noise" };
    const first = await tsm.run([...show("base")], { env: variables });
    assertEquals(first.code, 0, first.stderr);
    assert(!isThere(tsm.path("runtime/processes/base/env")), "no difference, no file");
    const second = await tsm.run(
      [...show("x"), "--env-file", ".env", "-e", "OVER=flag", "-e", "spring.profiles.active=prod"],
      { env: { ...variables, EXTRA: "1" } },
    );
    assertEquals(second.code, 0, second.stderr);
    const printed = await until("its environment", () => {
      const text = tsm.read("runtime/processes/x/current.out");
      return text.includes("TSM_ROOT") ? text : undefined;
    });
    for (
      const line of [
        "BOTH=file",
        "FROM_FILE=two words",
        "OVER=flag",
        "EXTRA=1",
        "spring.profiles.active=prod",
        "TSM_NAME=x",
        "TSM_ID=2",
        `TSM_ROOT=${tsm.root}`,
        `PWD=${tsm.work}`,
      ]
    ) assertStringIncludes(printed, `${line}\n`);
    assert(!/^(SSH_TTY|TERM|DENO_SERVE_ADDRESS)=/m.test(printed));
    const stored = JSON.parse(tsm.read("runtime/processes/x/env"));
    assertEquals(stored, {
      set: { EXTRA: "1", OVER: "flag", "spring.profiles.active": "prod" },
      unset: [],
      explicit: ["OVER", "spring.profiles.active"],
    });
    assertEquals(Deno.statSync(tsm.path("runtime/base.env")).mode! & 0o777, 0o600);
    assertEquals(Deno.statSync(tsm.path("runtime/processes/x/env")).mode! & 0o777, 0o600);
    assertStringIncludes(await tsm.ok("env", "x"), "FROM_FILE=two words\n");
  },
);

Deno.test("a variable that is not UTF-8 is reported and left out", async () => {
  await using tsm = new Tsm();
  const words = tsmCommand().map((word) => `'${word}'`).join(" ");
  const { code, stderr } = await new Deno.Command("sh", {
    args: ["-c", `export BAD="$(printf 'a\\377b')"; exec ${words} start 'sleep 1000' --name x`],
    env: { TSM_ROOT: tsm.root },
    stdin: "null",
  }).output();
  assertEquals(code, 0);
  assertStringIncludes(new TextDecoder().decode(stderr), "for not being UTF-8: BAD\n");
});

Deno.test("restart --update-env takes this command line's environment", async () => {
  await using tsm = new Tsm();
  const started = await tsm.run(["start", "echo $WHO; sleep 1000", "-n", "x"], {
    env: { WHO: "me" },
  });
  assertEquals(started.code, 0, started.stderr);
  const out = () => tsm.read("runtime/processes/x/current.out");
  await until("the first run", () => out() === "me\n");
  await tsm.run(["restart", "x"], { env: { WHO: "you" } });
  await until("the second run", () => out() === "me\nme\n");
  await tsm.run(["restart", "x", "--update-env"], { env: { WHO: "them" } });
  await until("the third run", () => out() === "me\nme\nthem\n");
  assertEquals((await tsm.list())["x"]?.restarts, 2);
});

testNeeding(
  [ROOT_USER],
  "start --user runs the process as that user, in its home's name",
  async () => {
    await using tsm = new Tsm();
    await tsm.ok(
      "start",
      "id -un; echo $HOME; sleep 1000",
      "-n",
      "x",
      "--user",
      "nobody",
      "--cwd",
      "/",
    );
    const printed = await until("its output", () => {
      const text = tsm.read("runtime/processes/x/current.out");
      return text.split("\n").length > 2 ? text : undefined;
    });
    assertMatch(printed, /^nobody\n\/.+\n$/);
  },
);

/** Listens on the first port from `port` up that is free. */
function listenFrom(port: number): Deno.Listener {
  for (;; port++) {
    try {
      return Deno.listen({ port, hostname: "127.0.0.1" });
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
}
