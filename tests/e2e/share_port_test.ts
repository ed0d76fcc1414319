/**
 * Many instances behind one port, which the kernel spreads the connections over.
 *
 * @module
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { NODE, NODE_22 } from "../node_22.ts";
import { testNeeding } from "../test_needing.ts";
import { freePort, Tsm, until } from "./harness.ts";

/** Answers with its pid. */
const ANSWER = `require("http").createServer((_, response) => response.end(String(process.pid)))`;

/** Asks by a connection of its own. */
async function ask(port: number): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: "close" } });
  return await response.text();
}

/** Awaits that each of these has answered. */
async function untilAllAnswer(port: number, pids: readonly (number | null)[]): Promise<void> {
  const waiting = new Set(pids.map(String));
  await until(`answers of ${[...waiting].join(", ")}`, async () => {
    const answer = await ask(port);
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
  await tsm.ok("start", file, ...given, ...flags);
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
    await until("both to answer", async () => answers.add(await ask(port)).size === 2);
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
  const said = await tsm.fails(1, "start", ...flags, "--", ...words);
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
