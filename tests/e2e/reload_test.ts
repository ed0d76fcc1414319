import { assert, assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import { readTextIfThere } from "../../src/files/read_text.ts";
import { TICKS_PER_SECOND } from "../../src/process/linux/process_clock.ts";
import { testNeeding } from "../test_needing.ts";
import { freePort, isRunning, Tsm, until } from "./harness.ts";
import { startAll } from "./start_all.ts";

/** Answers with what 'version' says; ends at once when 'broken' is there. */
const SERVER = `
import http.server, os, sys, time
if os.path.exists("broken"): sys.exit("broken indeed")
version = open("version").read()
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        text = version.encode()
        self.send_response(200)
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)
    def log_message(self, *args): pass
http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
`;

/** Starts two instances; gives the port of the first, the other has the next one. */
async function startServers(tsm: Tsm): Promise<number> {
  const port = freePort(2);
  tsm.write("server.py", SERVER);
  tsm.write("version", "1");
  const { failed } = await startAll(
    tsm,
    [0, 1].map((instance) => ({
      name: "api",
      run: "exec python3 server.py",
      port: port + instance,
      settings: { app: "api", instance, instances: 2, wait_ready: "port" },
    })),
  );
  assertEquals(failed, []);
  return port;
}

/**
 * Asks as a proxy does: the next instance, where one refuses; then the first one again, for
 * between two asks one may have come back and the other have gone.
 */
async function askOne(ports: readonly number[], turn: number): Promise<string> {
  let refusal: unknown;
  for (let i = 0; i <= ports.length; i++) {
    const port = ports[(turn + i) % ports.length]!;
    try {
      const answer = await fetch(`http://127.0.0.1:${port}/`, {
        headers: { connection: "close" },
      });
      return await answer.text();
    } catch (error) {
      refusal = error;
    }
  }
  throw refusal;
}

/** Asks without a pause, until it is told to stop. */
class Stream {
  readonly answers = new Map<string, number>();
  refused = 0;
  readonly #done: Promise<unknown>;
  #ended = false;

  constructor(ports: readonly number[]) {
    const ask = async (turn: number) => {
      while (!this.#ended) {
        try {
          const answer = await askOne(ports, turn++);
          this.answers.set(answer, (this.answers.get(answer) ?? 0) + 1);
        } catch {
          this.refused++;
        }
      }
    };
    this.#done = Promise.all([ask(0), ask(1)]);
  }

  async end(): Promise<void> {
    this.#ended = true;
    await this.#done;
  }
}

testNeeding(
  ["python3"],
  "a reload under a constant stream of requests through two instances refuses none",
  async () => {
    await using tsm = new Tsm();
    const port = await startServers(tsm);
    const before = await tsm.list();
    const stream = new Stream([port, port + 1]);
    await until("some answers", () => (stream.answers.get("1") ?? 0) > 20);
    tsm.write("version", "2");
    await tsm.ok("reload", "api");
    await until("new answers", () => (stream.answers.get("2") ?? 0) > 20);
    await stream.end();
    assertEquals(stream.refused, 0);
    const after = await tsm.list();
    assertEquals(Object.keys(after), [`api-${port}`, `api-${port + 1}`]);
    for (const name of Object.keys(after)) {
      assertNotEquals(after[name]!.pid, before[name]!.pid);
      assertEquals([after[name]!.restarts, after[name]!.tsm_id], [1, before[name]!.tsm_id]);
    }
  },
);

testNeeding(
  ["python3"],
  "a reload that fails leaves the old ones running, and says why",
  async () => {
    await using tsm = new Tsm();
    const port = await startServers(tsm);
    const before = await tsm.list();
    tsm.write("broken", "");
    // More than once: its end comes beside a look whether it serves, or between two.
    for (let round = 0; round < 5; round++) {
      const said = await tsm.fails(1, "reload", "api");
      assertStringIncludes(said, "Cannot reload 'api': a new instance, tried on the free port");
      assertStringIncludes(said, "broken indeed");
      assertStringIncludes(said, "all instances run on as they were");
    }
    const after = await tsm.list();
    assertEquals(Object.keys(after), Object.keys(before));
    for (const name of Object.keys(before)) assertEquals(after[name]!.pid, before[name]!.pid);
    assertEquals(await askOne([port], 0), "1");
  },
);

Deno.test("instances without ports are reloaded one after another, each when the last is ready", async () => {
  await using tsm = new Tsm();
  await startAll(
    tsm,
    [0, 1, 2].map((instance) => ({
      name: "work",
      run: "exec sleep 1000",
      settings: { app: "work", instance, instances: 3, min_uptime: 200 },
    })),
  );
  await tsm.ok("reload", "work");
  const list = await tsm.list();
  assertEquals(Object.values(list).map(({ restarts }) => restarts), [1, 1, 1]);
  const [first, second, third] = ["work-0", "work-1", "work-2"]
    .map((name) => list[name]!.pid_start!) as [number, number, number];
  // In clock ticks: each was up for 200 ms before the next one was started.
  const patience = 0.2 * TICKS_PER_SECOND - 1;
  assert(first + patience <= second && second + patience <= third, `${[first, second, third]}`);
});

testNeeding(
  ["python3"],
  "a supervisor killed during a trial leaves no more instances than there were",
  async () => {
    await using tsm = new Tsm();
    await startServers(tsm);
    // The new one never gets ready.
    tsm.write("server.py", "import time\ntime.sleep(1000)\n");
    const reloading = tsm.run(["reload", "api"]);
    const trial = await until("the trial", async () => (await tsm.list())["api-reload"]?.pid);
    await tsm.killSupervisor();
    // It asks the next supervisor, which has the trial to end first.
    assertEquals((await reloading).code, 1);
    await until("its end", () => !isRunning(trial));
    await until("its removal", async () => !("api-reload" in await tsm.list()));
    const list = await tsm.list();
    assertEquals(Object.values(list).map(({ restarts }) => restarts), [0, 0]);
    assert(Object.values(list).every(({ pid }) => isRunning(pid!)));
  },
);

/** The pids of all programs of the root, whether tsm knows them or not. */
function programs(tsm: Tsm): number[] {
  return [...Deno.readDirSync("/proc")].map(({ name }) => name).filter((name) => {
    try {
      return Deno.readTextFileSync(`/proc/${name}/environ`).includes(`TSM_ROOT=${tsm.root}\0`) &&
        Deno.readTextFileSync(`/proc/${name}/comm`) === "sleep\n" && isRunning(Number(name));
    } catch {
      return false;
    }
  }).map(Number).sort();
}

for (const share_port of [false, true]) {
  Deno.test(`a reload mends instances that are all not ready, share_port ${share_port}`, async () => {
    await using tsm = new Tsm();
    const settings = { instances: 2, share_port, wait_ready: "log:/up/", ready_timeout: "5s" };
    const processes = { work: { command: "sh run.sh", ...settings } };
    tsm.write("tsm.jsonc", JSON.stringify({ processes }));
    tsm.write("run.sh", "exec sleep 1000");
    assertStringIncludes(
      await tsm.fails(1, "start", "tsm.jsonc"),
      "Cannot call 'work-0' ready after 5 s",
    );
    tsm.write("run.sh", "echo up; exec sleep 1000");
    await tsm.ok("reload", "tsm.jsonc");
    assertEquals(Object.values(await tsm.list()).map(({ readiness }) => readiness), [
      "ready",
      "ready",
    ]);
    tsm.write("run.sh", "exit 1");
    const said = await tsm.fails(1, "reload", "tsm.jsonc");
    assert(!said.includes("': Cannot"), said);
    // Of a next run that is gone by now.
    if (share_port) assert(!said.includes("removes it"), said);
  });
}

for (const what of ["work", "tsm.jsonc"]) {
  Deno.test(`reload ${what}: an instance that does not serve comes first, the one that does serves on`, async () => {
    await using tsm = new Tsm();
    const settings = { instances: 2, wait_ready: "log:/up/", ready_timeout: "5s" };
    const processes = { work: { command: "sh run.sh", ...settings } };
    tsm.write("tsm.jsonc", JSON.stringify({ processes }));
    tsm.write("run.sh", "[ $TSM_INSTANCE = 1 ] || echo up; exec sleep 1000");
    await tsm.fails(1, "start", "tsm.jsonc");
    tsm.write("run.sh", "echo $TSM_INSTANCE >> order; echo up; exec sleep 1000");
    await tsm.ok("reload", what);
    assertEquals(Deno.readTextFileSync(`${tsm.work}/order`), "1\n0\n");
  });
}

Deno.test("a supervisor killed at any instant of a reload leaves each instance running once", async () => {
  await using tsm = new Tsm();
  const health = {
    type: "command" as const,
    command: "true",
    interval: 100,
    timeout: 5000,
    retries: 3,
    grace: 0,
  };
  const port = freePort(2);
  await startAll(
    tsm,
    [0, 1].map((instance) => ({
      name: "api",
      run: "exec sleep 1000",
      port: port + instance,
      settings: { app: "api", instance, instances: 2, health },
    })),
  );
  for (let round = 0; round < 6; round++) {
    // Somewhere between the command's start and its end.
    const events = () => {
      const path = tsm.path(
        "db",
        "history",
        round % 2 === 0 ? "api-reload.jsonl" : `api-${port}.jsonl`,
      );
      return readTextIfThere(path)?.length ?? 0;
    };
    const before = events();
    const reloading = tsm.run(["reload", "api"]);
    await until("the trial, or the first restart", () => events() > before);
    await new Promise((resolve) => setTimeout(resolve, round * 30));
    await tsm.killSupervisor();
    await reloading;
    await until(`two instances in round ${round}`, async () => {
      const metas = Object.values(await tsm.list());
      return metas.length === 2 && metas.every(({ status }) => status === "online");
    });
    const pids = Object.values(await tsm.list()).map(({ pid }) => pid!).sort();
    await until(
      `no other process in round ${round}`,
      () => JSON.stringify(programs(tsm)) === JSON.stringify(pids),
    );
  }
});
