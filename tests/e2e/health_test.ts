import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Health } from "../../src/meta/run_settings.ts";
import { Tsm, until } from "./harness.ts";
import { startAll } from "./start_all.ts";

// A slow machine takes its time to start a server, which the grace allows for.
const TIMES = { interval: 100, timeout: 5000, retries: 2, grace: 60_000 };

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

async function startServer(tsm: Tsm, port: number, health: Health, patience = 30_000) {
  tsm.write("server.py", SERVER);
  tsm.write("answer", "200 all is well");
  return await startAll(tsm, [{
    name: "web",
    run: "exec python3 server.py",
    port,
    settings: { health, wait_ready: "health", ready_timeout: patience },
  }]);
}

async function healthOf(tsm: Tsm, name: string) {
  return JSON.parse(await tsm.ok("describe", name, "--json")).health;
}

for (
  const [what, failing, health, reason] of [
    ["another status", "503 all is well", {}, "answered 503 (2 times in a row)"],
    ["a wrong body", "200 all is lost", { body: "/is w.ll/" }, "answered without /is w.ll/"],
    ["a status that is not the one", "200 all is well?", { status: 204 }, undefined],
  ] as const
) {
  Deno.test(`an http check notices ${what}`, async () => {
    await using tsm = new Tsm();
    const port = 31500 + what.length;
    const url = "http://127.0.0.1:${PORT}/up";
    const { failed } = await startServer(tsm, port, {
      type: "http",
      url,
      ...TIMES,
      ...health,
    }, reason === undefined ? 3000 : undefined);
    if (reason === undefined) {
      // It never was what was asked for.
      assertStringIncludes(failed[0]!.message, "answered 200");
      return;
    }
    assertEquals(failed, []);
    assertEquals((await healthOf(tsm, "web"))?.status, "healthy");
    tsm.write("answer", failing);
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

Deno.test("a tcp check notices that nobody listens any more", async () => {
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
  const { failed } = await startAll(tsm, [{
    name: "web",
    run: "exec python3 listen.py",
    port: 31540,
    settings: { health: { type: "tcp", ...TIMES, retries: 3 }, wait_ready: "health" },
  }]);
  assertEquals(failed, []);
  tsm.write("deaf", "");
  const meta = await until("the restart", async () => {
    const meta = (await tsm.list())["web-31540"]!;
    return meta.restarts > 0 ? meta : undefined;
  });
  assertStringIncludes(
    meta.reason!,
    "unhealthy: nobody accepts connections on 127.0.0.1:31540 (3 times in a row)",
  );
});

Deno.test("a command check that hangs is killed, and counts as failed", async () => {
  await using tsm = new Tsm();
  const command = "test $TSM_NAME = web && ! test -e hang || sleep 1000";
  await startAll(tsm, [{
    name: "web",
    run: "exec sleep 1000",
    settings: {
      health: { type: "command", command, ...TIMES, timeout: 300, retries: 1 },
      wait_ready: "health",
    },
  }]);
  tsm.write("hang", "");
  const meta = await until("the restart", async () => {
    const meta = (await tsm.list())["web"]!;
    return meta.restarts > 0 ? meta : undefined;
  });
  assertStringIncludes(meta.reason!, "has not ended within 0.3 s (once)");
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
