/**
 * Many instances behind one port, which the kernel spreads the connections over.
 *
 * @module
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { NODE, NODE_22 } from "../node_22.ts";
import { ROOT_USER, testNeeding } from "../test_needing.ts";
import { readTextIfThere } from "../../src/files/read_text.ts";
import { readListeningSockets } from "../../src/process/linux/port.ts";
import { freePort, isRunning, Tsm, until } from "./harness.ts";

/** Answers with its pid. */
const ANSWER = `require("http").createServer((_, response) => response.end(String(process.pid)))`;

/** Asks by a connection of its own. */
async function ask(port: number): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: "close" } });
  return await response.text();
}

/** Awaits that each of these has answered. */
async function untilAllAnswer(
  port: number,
  pids: readonly (number | string | null)[],
): Promise<void> {
  const waiting = new Set(pids.map(String));
  await until(`answers of ${[...waiting].join(", ")}`, async () => {
    // Under a load that is heavy it may take its time until the first of them listens.
    const answer = await ask(port).catch(() => undefined);
    if (answer === undefined) return false;
    assert(pids.map(String).includes(answer), `${answer} is none of ${pids.join(", ")}`);
    return waiting.delete(answer) && waiting.size === 0;
  });
}

/** The pids of all processes on the list, by their names. */
async function pidsOf(tsm: Tsm): Promise<Readonly<Record<string, number | null>>> {
  const entries = Object.entries(await tsm.list()).map(([name, { pid }]) => [name, pid] as const);
  return Object.fromEntries(entries);
}

/** Starts a file that node runs; its instances share a port, which is given. */
async function startSharing(
  tsm: Tsm,
  text: string,
  { file = "server.js", flags = ["--instances", "3"] }: {
    readonly file?: string;
    readonly flags?: readonly string[];
  } = {},
): Promise<number> {
  const port = freePort();
  tsm.write(file, text);
  const given = ["--name", "api", "--share-port", "--port", String(port), "--interpreter", NODE];
  await tsm.ok("start", file, ...given, "--wait=5m", ...flags);
  return port;
}

const SHARING_PROGRAMS: Readonly<Record<string, { readonly file: string; readonly text: string }>> =
  {
    "one that listens on a number": {
      file: "server.js",
      text: `${ANSWER}.listen(+process.env.PORT)`,
    },
    "one that listens on a text, a host and a backlog": {
      file: "server.js",
      text: `${ANSWER}.listen(process.env.PORT, "127.0.0.1", 100, () => {})`,
    },
    "one that listens with options": {
      file: "server.js",
      text: `${ANSWER}.listen({ port: process.env.PORT, host: "::" })`,
    },
    "an ES module": {
      file: "server.mjs",
      text: `import http from "node:http";
      http.createServer((_, response) => response.end(String(process.pid))).listen(process.env.PORT);`,
    },
  };

for (const [what, { file, text }] of Object.entries(SHARING_PROGRAMS)) {
  testNeeding([NODE_22], `instances of node share their port: ${what}`, async () => {
    await using tsm = new Tsm();
    const port = await startSharing(tsm, text, { file });
    const pids = await pidsOf(tsm);
    assertEquals(Object.keys(pids), [0, 1, 2].map((number) => `api-${port}-${number}`));
    assertEquals(Object.values(await tsm.list()).map((meta) => meta.port), [port, port, port]);
    await untilAllAnswer(port, Object.values(pids));
  });
}

testNeeding(
  [NODE_22],
  "a program that starts node by a script of its own shares its port too",
  async () => {
    await using tsm = new Tsm();
    const port = freePort();
    tsm.write("server.js", `${ANSWER}.listen(process.env.PORT)`);
    const line = `'${NODE}' server.js; echo over`;
    await tsm.ok(
      "start",
      line,
      "--name",
      "api",
      "--share-port",
      "-p",
      `${port}`,
      "--instances",
      "2",
    );
    const answers = new Set<string>();
    await until("both to answer", async () => {
      const answer = await ask(port).catch(() => undefined);
      return answer !== undefined && answers.add(answer).size === 2;
    });
  },
);

testNeeding(
  [NODE_22],
  "node's preload changes nothing but servers on a port of a fixed number",
  async () => {
    await using tsm = new Tsm();
    const text = `
    const net = require("net"), { Worker, isMainThread } = require("worker_threads");
    const cluster = require("cluster");
    const said = (what) => (...values) => console.log(what, ...values);
    if (cluster.isWorker) {
      net.createServer().listen(process.env.PORT, () => process.send("worker"));
    } else {
      const free = net.createServer().listen(0, () => {
        const { port, family } = free.address();
        net.createServer().on("error", ({ code }) => said("same")(code))
          .listen({ port, host: "::", exclusive: true, signal: AbortSignal.timeout(60000) }, said("shared"));
      });
      net.createServer().listen("\\0tsm-test-" + process.pid, said("pipe"));
      cluster.setupPrimary({ args: [] });
      cluster.fork().on("message", said("cluster"));
      const inThread = "require('net').createServer().listen(0, () => console.log('thread'))";
      new Worker(inThread, { eval: true });
    }
    net.createServer().listen("no/such/dir/x").on("error", ({ code }) => said("refused")(code));
  `;
    const port = await startSharing(tsm, text, { flags: [] });
    const printed = () => tsm.read("runtime/processes", `api-${port}`, "current.out");
    for (const line of ["same EADDRINUSE", "pipe", "cluster worker", "thread", "refused EACCES"]) {
      await until(
        line,
        () =>
          printed().includes(line) || line.startsWith("refused") && printed().includes("refused E"),
      );
    }
    assert(!printed().includes("shared"));
  },
);

Deno.test("an instance that cannot bind is told as what it is", async () => {
  await using tsm = new Tsm();
  const port = freePort();
  tsm.write(
    "server.ts",
    `Deno.serve({ port: ${port}, hostname: "127.0.0.1" }, () => new Response("x"))`,
  );
  const words = [Deno.execPath(), "run", "--allow-net", "server.ts"];
  const flags = ["--name", "api", "--share-port", "--port", `${port}`, "--instances", "2"];
  // Without a time it is watched for a second, in which a busy machine may not have it begun.
  const said = await tsm.fails(1, "start", ...flags, "--wait=5m", "--", ...words);
  assertStringIncludes(said, `port ${port} is taken by api-${port}-`);
  assertStringIncludes(said, "and this program does not share it");
  const failing = await until(
    "the reason in the list",
    async () =>
      Object.values(await tsm.list()).find(({ reason }) => reason?.includes("does not share it")),
  );
  assertStringIncludes(
    failing.reason!,
    `exited with code 1: port ${port} is taken by api-${port}-`,
  );
});

testNeeding(
  [NODE_22],
  "a scaled app shares its port, whether it had one instance or several",
  async () => {
    await using tsm = new Tsm();
    const port = await startSharing(tsm, `${ANSWER}.listen(process.env.PORT)`, { flags: [] });
    await tsm.ok("scale", "api", "3");
    const pids = await pidsOf(tsm);
    assertEquals(Object.keys(pids), [`api-${port}`, `api-${port}-1`, `api-${port}-2`]);
    await untilAllAnswer(port, Object.values(pids));
    const holders = await tsm.ok("doctor", "port", `${port}`);
    for (const [name, pid] of Object.entries(pids)) {
      assertStringIncludes(holders, `'${name}' (pid ${pid})`);
    }
    await tsm.ok("scale", "api", "1");
    assertEquals(Object.keys(await tsm.list()), [`api-${port}`]);
    await untilAllAnswer(port, [pids[`api-${port}`]!]);
  },
);

testNeeding(
  [NODE_22],
  "instances that share their port are found again by another supervisor, and resurrected",
  async () => {
    await using tsm = new Tsm();
    const port = await startSharing(tsm, `${ANSWER}.listen(process.env.PORT)`);
    const pids = await pidsOf(tsm);
    await tsm.ok("save");
    await tsm.ok("shutdown", "--keep-processes");
    await tsm.ok("resurrect");
    assertEquals(await pidsOf(tsm), pids);
    await tsm.ok("stop", `api-${port}-1`);
    await tsm.ok("resurrect");
    const again = await pidsOf(tsm);
    assertEquals(Object.keys(again).sort(), Object.keys(pids));
    await untilAllAnswer(port, Object.values(again));
  },
);

/** Asks without a pause, by a new connection each time, until it is told to stop. */
class Load {
  readonly answers: string[] = [];
  readonly failures: string[] = [];
  readonly #done: Promise<unknown>;
  #ended = false;

  constructor(port: number) {
    const client = async () => {
      while (!this.#ended) {
        try {
          this.answers.push(await ask(port));
        } catch (error) {
          this.failures.push(String(error));
        }
      }
    };
    this.#done = Promise.all([client(), client(), client()]);
  }

  /** Ends it; gives the pids that have answered. */
  async end(): Promise<ReadonlySet<string>> {
    this.#ended = true;
    await this.#done;
    return new Set(this.answers);
  }
}

/** Ends when it is told to, its connections served. */
const GRACEFUL = `
  const server = ${ANSWER};
  process.on("SIGTERM", () => server.close(() => process.exit()));
  if (require("fs").existsSync("broken")) { console.error("broken indeed"); process.exit(1); }
`;

testNeeding(
  [NODE_22],
  "a reload starts the next run of each instance before the present one ends",
  async () => {
    await using tsm = new Tsm();
    // With one instance alone, any gap would be seen.
    const port = await startSharing(tsm, `${GRACEFUL} server.listen(process.env.PORT)`, {
      flags: [],
    });
    const name = `api-${port}`;
    const before = (await tsm.list())[name]!;
    const load = new Load(port);
    await tsm.ok("reload", "api");
    const after = (await tsm.list())[name]!;
    await until("the next run to answer", () => load.answers.includes(`${after.pid}`));
    const answered = await load.end();
    assertEquals(answered, new Set([`${before.pid}`, `${after.pid}`]));
    assertEquals(load.failures.filter((failure) => /refused/i.test(failure)), []);
    assertEquals([after.tsm_id, after.restarts, after.status], [before.tsm_id, 1, "online"]);
    assertEquals(tsm.read("runtime/pids", `${name}.pid`), `${after.pid}\n`);
    assert(!isRunning(before.pid!));
  },
);

testNeeding(
  [NODE_22],
  "a reload whose next run does not come up leaves the present ones, with all that is known of them",
  async () => {
    await using tsm = new Tsm();
    const port = await startSharing(tsm, `${GRACEFUL} server.listen(process.env.PORT)`);
    const before = await tsm.list();
    tsm.write("broken", "");
    const said = await tsm.fails(1, "reload", "api");
    assertStringIncludes(said, "its next run does not come up: ");
    assertStringIncludes(said, "broken indeed");
    assertStringIncludes(
      said,
      `'api-${port}-0', 'api-${port}-1', 'api-${port}-2' run on as they were`,
    );
    const history = tsm.read("db/history", `api-${port}-0.jsonl`).trim().split("\n");
    const events = history.map((line): { event: string; pid: number } => JSON.parse(line));
    assertEquals(events.map(({ event }) => event), [
      ...["start", "online"],
      ...["restart", "online", "crash", "adopt"],
    ]);
    assertEquals(events.at(-1)!.pid, before[`api-${port}-0`]!.pid);
    assertEquals(await tsm.list(), before);
    assertEquals(
      tsm.read("runtime/pids", `api-${port}-0.pid`),
      `${before[`api-${port}-0`]!.pid}\n`,
    );
    await untilAllAnswer(port, Object.values(before).map(({ pid }) => pid));
    // What runs on is watched as before: its end is seen, and it is started again.
    Deno.removeSync(`${tsm.work}/broken`);
    Deno.kill(before[`api-${port}-0`]!.pid!, "SIGKILL");
    await until("it to be started again", async () => {
      const { pid, restarts, status } = (await tsm.list())[`api-${port}-0`]!;
      return status === "online" && restarts === 1 && pid !== before[`api-${port}-0`]!.pid;
    });
  },
);

testNeeding(
  [NODE_22],
  "instances without a declared port take over where they listen on the same ports",
  async () => {
    await using tsm = new Tsm();
    const port = freePort();
    tsm.write("server.js", `${GRACEFUL} setTimeout(() => server.listen(${port}), 1500)`);
    const flags = ["--share-port", "--name", "api", "--instances", "2", "--interpreter", NODE];
    await tsm.ok("start", "server.js", ...flags);
    await until("an answer", () => ask(port).catch(() => undefined));
    await until("both to listen", async () => {
      const listening = await readListeningSockets();
      return listening.filter((socket) => socket.port === port).length === 2;
    });
    const load = new Load(port);
    await tsm.ok("reload", "api");
    const pids = Object.values(await pidsOf(tsm));
    await until(
      "the next runs to answer",
      () => pids.every((pid) => load.answers.includes(`${pid}`)),
    );
    await load.end();
    assertEquals(load.failures.filter((failure) => /refused/i.test(failure)), []);
  },
);

testNeeding(
  [NODE_22],
  "a stop ends a reload that waits for its next run, and both runs",
  async () => {
    await using tsm = new Tsm();
    const text =
      `${GRACEFUL} if (!require("fs").existsSync("deaf")) server.listen(process.env.PORT);
    else { require("fs").writeFileSync("next", ""); setInterval(() => {}, 1000); }`;
    const port = await startSharing(tsm, text, { flags: [] });
    const before = (await tsm.list())[`api-${port}`]!;
    tsm.write("deaf", "");
    const reload = tsm.run(["reload", "api"]);
    await until("the next run", () => readTextIfThere(`${tsm.work}/next`) !== undefined);
    const next = (await tsm.list())[`api-${port}`]!;
    await tsm.ok("stop", "api");
    const { code, stderr } = await reload;
    assertEquals([code, stderr.includes("it was stopped meanwhile")], [1, true], stderr);
    assertEquals([before.pid, next.pid].map((pid) => isRunning(pid!)), [false, false]);
    assertEquals(await tsm.list(), {});
  },
);

testNeeding(
  [NODE_22],
  "a supervisor killed while a run takes over leaves one run to the next supervisor",
  async () => {
    await using tsm = new Tsm();
    const text = `${GRACEFUL} const late = require("fs").existsSync("late");
    if (late) require("fs").writeFileSync("next", "");
    setTimeout(() => server.listen(process.env.PORT), late ? 3000 : 0);`;
    const port = await startSharing(tsm, text, { flags: [] });
    const before = (await tsm.list())[`api-${port}`]!;
    tsm.write("late", "");
    const reload = tsm.run(["reload", "api"]);
    await until("the next run", () => readTextIfThere(`${tsm.work}/next`) !== undefined);
    Deno.kill(tsm.supervisorPid(), "SIGKILL");
    await reload;
    await tsm.ok("patrol");
    await until("the old run to end", () => !isRunning(before.pid!));
    const after = (await tsm.list())[`api-${port}`]!;
    await until("an answer", () => ask(port).catch(() => undefined));
    assertEquals([await ask(port), after.status], [`${after.pid}`, "online"]);
  },
);

/** A node that says it is of this version. */
function writeNode(tsm: Tsm, version: string): string {
  Deno.mkdirSync(`${tsm.work}/bin`, { recursive: true });
  const run = `[ "$1" = --version ] && exec echo ${version}\nexec sleep 1000\n`;
  return tsm.write("bin/node", `#!/bin/sh\n${run}`, 0o755);
}

Deno.test("instances of a node that cannot share a port are one process, which is said at the start", async () => {
  await using tsm = new Tsm();
  const port = freePort(2);
  const interpreter = writeNode(tsm, "v22.11.0");
  tsm.write("server.js", "");
  const told =
    "its 4 instances are one process: its node, 22.11.0, cannot share a port; 22.12 and " +
    "newer can";
  const processes = {
    api: { command: "server.js", interpreter, port, instances: 4, share_port: true },
  };
  const file = tsm.write("tsm.jsonc", JSON.stringify({ processes }));
  const started = await tsm.run(["start", file]);
  assertStringIncludes(started.stderr, `tsm: api: ${told}`);
  assertEquals(Object.keys(await tsm.list()), [`api-${port}`]);
  assertStringIncludes(await tsm.ok("apply", file), "Nothing to change");

  const words = ["server.js", "--interpreter", interpreter, "--share-port", "--instances", "4"];
  const flags = ["--port", `${port + 1}`, "--name", "web"];
  const { stderr } = await tsm.run(["start", ...words, ...flags]);
  assertStringIncludes(stderr, `tsm: web: ${told}`);
  assertEquals(Object.keys(await tsm.list()), [`api-${port}`, `web-${port + 1}`]);
  assert(!tsm.read("runtime/processes", `web-${port + 1}`, "spec.json").includes("share_port"));
});

testNeeding(
  [NODE_22],
  "what is a cluster in PM2's file shares its port, and each worker has its number",
  async () => {
    await using tsm = new Tsm();
    const port = freePort();
    tsm.write(
      "server.js",
      `require("http").createServer((_, response) => response.end(
    process.pid + " " + process.env.NODE_APP_INSTANCE)).listen(process.env.PORT)`,
    );
    const app = { name: "api", script: "server.js", exec_mode: "cluster", instances: 2 };
    const apps = [{ ...app, interpreter: NODE, env: { PORT: port } }];
    await tsm.ok("start", tsm.write("ecosystem.json", JSON.stringify({ apps })));
    const pids = await pidsOf(tsm);
    assertEquals(Object.keys(pids), [`api-${port}-0`, `api-${port}-1`]);
    await untilAllAnswer(port, Object.values(pids).map((pid, number) => `${pid} ${number}`));
  },
);

testNeeding([NODE_22, ROOT_USER], "instances of another user share their port too", async () => {
  await using tsm = new Tsm();
  const port = freePort();
  // Neither the root nor the cache that node comes from need be open to that user.
  const flags = ["--share-port", "-p", `${port}`, "--instances", "2", "--cwd", "/"];
  const node = tsm.write("node", "");
  Deno.copyFileSync(NODE, node);
  for (
    const [path, mode] of [[node, 0o755], [`${tsm.work}/..`, 0o755], [tsm.work, 0o755]] as const
  ) {
    Deno.chmodSync(path, mode);
  }
  const script = `${ANSWER}.listen(process.env.PORT)`;
  await tsm.ok("start", "--user", "nobody", "--name", "api", ...flags, "--", node, "-e", script);
  await untilAllAnswer(port, Object.values(await pidsOf(tsm)));
});

Deno.test("doctor says what a kernel does with connections that wait for a worker that ends", async () => {
  await using tsm = new Tsm();
  const ports = async () => {
    const { stdout } = await tsm.run(["doctor", "--json"]);
    return (JSON.parse(stdout) as { check: string; status: string; fix?: string }[])
      .filter(({ check }) => check === "ports");
  };
  assertEquals(await ports(), []);
  await tsm.ok("start", "sleep 1000", "--name", "api", "--share-port");
  const [found] = await ports();
  const migrates = readTextIfThere("/proc/sys/net/ipv4/tcp_migrate_req")?.trim();
  assertEquals(found?.status, migrates === "1" ? "ok" : "note");
  if (migrates === "0") assertStringIncludes(found!.fix!, "sysctl -w net.ipv4.tcp_migrate_req=1");
});

Deno.test("a preload that cannot be written is told with its path, and nothing is left", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "other");
  Deno.mkdirSync(tsm.path("runtime/preload.cjs"));
  const said = await tsm.fails(64, "start", "sleep 1000", "--name", "api", "--share-port");
  assertStringIncludes(said, "Cannot write 'runtime/preload.cjs'");
  assertEquals(Object.keys(await tsm.list()), ["other"]);
});

testNeeding(
  [NODE_22],
  "what a file has changed is applied to instances that share their port without a gap",
  async () => {
    await using tsm = new Tsm();
    const port = freePort();
    tsm.write("server.js", `${GRACEFUL} server.listen(process.env.PORT)`);
    const apply = async (STAGE: string) => {
      const api = {
        command: "server.js",
        interpreter: NODE,
        port,
        share_port: true,
        env: { STAGE },
      };
      const text = JSON.stringify({ processes: { api: { ...api, stop_signal: "TERM" } } });
      await tsm.ok("apply", tsm.write("tsm.jsonc", text));
    };
    await apply("one");
    await until("an answer", () => ask(port).catch(() => undefined));
    const load = new Load(port);
    await apply("two");
    const [pid] = Object.values(await pidsOf(tsm));
    await until("the next run to answer", () => load.answers.includes(`${pid}`));
    await load.end();
    assertEquals(load.failures.filter((failure) => /refused/i.test(failure)), []);
    assertStringIncludes(await tsm.ok("env", `api-${port}`), "STAGE=two");
  },
);

testNeeding(
  [NODE_22],
  "a worker of PM2's that says when it is ready takes over when it has said so",
  async () => {
    await using tsm = new Tsm();
    const port = freePort();
    tsm.write(
      "server.js",
      `const mute = require("fs").existsSync("mute");
    require("http").createServer((_, response) => response.end(String(process.pid)))
      .listen(process.env.PORT, () => mute || process.send("ready"));`,
    );
    const app = { name: "api", script: "server.js", exec_mode: "cluster", interpreter: NODE };
    // So long the reload below waits in vain, and so long a busy machine may take for node.
    const more = { wait_ready: true, listen_timeout: 10_000, instances: 2, env: { PORT: port } };
    await tsm.ok("start", tsm.write("ecosystem.json", JSON.stringify([{ ...app, ...more }])));
    const before = await pidsOf(tsm);
    await tsm.ok("reload", "api");
    const after = await pidsOf(tsm);
    for (const name of Object.keys(before)) assert(before[name] !== after[name], name);
    tsm.write("mute", "");
    assertStringIncludes(await tsm.fails(1, "reload", "api"), "its next run does not come up");
    assertEquals(await pidsOf(tsm), after);
  },
);

testNeeding(
  [ROOT_USER, "python3"],
  "a port below 1024 without the right to it is told in words",
  async () => {
    await using tsm = new Tsm();
    const script = `raise PermissionError(13, "Permission denied")`;
    const flags = [
      "--user",
      "nobody",
      "--cwd",
      "/",
      "--name",
      "web",
      "--port",
      "81",
      "--share-port",
      "--wait=5m",
    ];
    const said = await tsm.fails(1, "start", ...flags, "--", "python3", "-c", script);
    assertStringIncludes(said, "port 81 is below 1024, where only root may listen");
  },
);

testNeeding(
  ["python3"],
  "a reload of a program that does not share its port says so, and leaves it",
  async () => {
    await using tsm = new Tsm();
    const port = freePort();
    tsm.write(
      "server.py",
      `import http.server, os
http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), http.server.SimpleHTTPRequestHandler).serve_forever()
`,
    );
    const flags = ["--name", "api", "-p", `${port}`, "--share-port", "--wait=5m"];
    await tsm.ok("start", "python3 server.py", ...flags);
    const before = await tsm.list();
    const said = await tsm.fails(1, "reload", "api");
    const why = `port ${port} is taken by its present run, and this program does not share it`;
    assertStringIncludes(said, why);
    assertEquals(await tsm.list(), before);
  },
);
