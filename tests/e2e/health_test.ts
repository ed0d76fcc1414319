import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Health } from "../../src/settings/table/settings_table.ts";
import { testNeeding } from "../test_needing.ts";
import { freePort, Tsm, until } from "./harness.ts";
import { startAll } from "./start_all.ts";

// A slow machine takes its time to start a server, and to answer.
const TIMES = { interval: 100, timeout: 60_000, retries: 2, grace: 600_000 };
const READY = { wait_ready: "health", ready_timeout: 600_000 } as const;

/** A server that answers what is in the file 'answer': a status and a text. */
const SERVER = `
import http.server, os
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        status, text = open("answer").read().split(" ", 1)
        self.send_response(int(status))
        self.end_headers()
        self.wfile.write(text.encode())
    def log_message(self, *args): pass
http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
`;

async function startServer(tsm: Tsm, port: number, health: Health) {
  tsm.write("server.py", SERVER);
  tsm.write("answer", "200 all is well");
  return await startAll(tsm, [{
    name: "web",
    run: "exec python3 server.py",
    port,
    settings: { health, ...READY },
  }]);
}

async function healthOf(tsm: Tsm, name: string) {
  return JSON.parse(await tsm.ok("describe", name, "--json")).health;
}

for (
  const [what, failing, health, reason] of [
    ["another status", "503 all is well", {}, "answered 503 (2 times in a row)"],
    ["a wrong body", "200 all is lost", { body: "/is w.ll/" }, "answered without /is w.ll/"],
  ] as const
) {
  testNeeding(["python3"], `an http check notices ${what}`, async () => {
    await using tsm = new Tsm();
    const port = freePort();
    const url = "http://127.0.0.1:${PORT}/up";
    const { failed } = await startServer(tsm, port, { type: "http", url, ...TIMES, ...health });
    assertEquals(failed, []);
    assertEquals((await healthOf(tsm, "web"))?.status, "healthy");
    // At once: half of an answer would be another fault.
    Deno.renameSync(tsm.write("next", failing), `${tsm.work}/answer`);
    const meta = await until("the restart", async () => {
      const [meta] = Object.values(await tsm.list());
      return meta!.restarts > 0 ? meta : undefined;
    });
    tsm.write("answer", "200 all is well");
    assertStringIncludes(meta.reason!, `unhealthy: GET http://127.0.0.1:${port}/up`);
    assertStringIncludes(meta.reason!, reason);
    const history = tsm.read("db", "history", `web-${port}.jsonl`);
    assertStringIncludes(history, `"event":"unhealthy"`);
    await until("its health", async () => (await healthOf(tsm, "web"))?.status === "healthy");
  });
}

testNeeding(
  ["python3"],
  "an http check takes no other status than the one that is asked for",
  async () => {
    await using tsm = new Tsm();
    // One that need not be started first: the start waits for its answer in vain.
    await using server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      () => new Response("all is well"),
    );
    const url = `http://127.0.0.1:${server.addr.port}/up`;
    const { failed } = await startAll(tsm, [{
      name: "web",
      run: "exec sleep 1000",
      settings: {
        health: { type: "http", url, status: 204, ...TIMES },
        wait_ready: "health",
        ready_timeout: 5000,
      },
    }]);
    assertStringIncludes(failed[0]!.reason, "answered 200");
  },
);

testNeeding(["python3"], "a tcp check notices that nobody listens any more", async () => {
  await using tsm = new Tsm();
  tsm.write(
    "listen.py",
    `
import os, socket, time
server = socket.create_server(("127.0.0.1", int(os.environ["PORT"])))
while not os.path.exists("deaf"): time.sleep(0.05)
server.close()
os.remove("deaf")
time.sleep(1000)
`,
  );
  const port = freePort();
  const { failed } = await startAll(tsm, [{
    name: "web",
    run: "exec python3 listen.py",
    port,
    settings: { health: { type: "tcp", ...TIMES, retries: 3 }, ...READY },
  }]);
  assertEquals(failed, []);
  tsm.write("deaf", "");
  const meta = await until("the restart", async () => {
    const meta = (await tsm.list())[`web-${port}`]!;
    return meta.restarts > 0 ? meta : undefined;
  });
  assertStringIncludes(
    meta.reason!,
    `unhealthy: nobody accepts connections on 127.0.0.1:${port} (3 times in a row)`,
  );
});

Deno.test("a command check that hangs is killed, and counts as failed", async () => {
  await using tsm = new Tsm();
  const command = "test $TSM_NAME = web && ! test -e hang || sleep 1000";
  const { failed } = await startAll(tsm, [{
    name: "web",
    run: "exec sleep 1000",
    settings: {
      health: { type: "command", command, ...TIMES, timeout: 2000, retries: 1 },
      ...READY,
    },
  }]);
  assertEquals(failed, []);
  tsm.write("hang", "");
  const meta = await until("the restart", async () => {
    const meta = (await tsm.list())["web"]!;
    return meta.restarts > 0 ? meta : undefined;
  });
  assertStringIncludes(meta.reason!, "has not ended within 2 s (once)");
});

Deno.test("failures in the grace do not count, and a stop ends the checks", async () => {
  await using tsm = new Tsm();
  const command = "echo checked >>checks; false";
  await startAll(tsm, [{
    name: "web",
    run: "exec sleep 1000",
    settings: {
      health: { type: "command", command, ...TIMES, retries: 1, grace: 86_400_000 },
    },
  }]);
  const checks = () => {
    try {
      return Deno.readTextFileSync(`${tsm.work}/checks`).split("\n").length;
    } catch {
      return 0;
    }
  };
  await until("some checks", () => checks() > 5);
  assertEquals((await tsm.list())["web"]!.restarts, 0);
  const health = await healthOf(tsm, "web");
  assertEquals([health.status, health.failures], ["starting", 0]);
  assertStringIncludes(health.reason, "exited with code 1");
  await tsm.ok("stop", "--keep", "web");
  // One may have been under way.
  const before = checks();
  await tsm.ok("ls");
  await tsm.ok("ls");
  assert(checks() <= before + 1);
});
