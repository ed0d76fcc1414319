import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { SPEC_DEFAULTS } from "../../src/settings/table/settings_table.ts";
import { readText } from "../config/read_text.ts";
import { parsePm2Dump } from "../../src/pm2/pm2_dump.ts";

// Written by PM2 7.0.4, its paths changed and its measurements taken out.
const FIXTURE = Deno.readTextFileSync(
  new URL("../persist/fixtures/dump.pm2.json", import.meta.url),
);

Deno.test("a dump of PM2 7 gives its apps, the stopped ones left out", async () => {
  const { processes, stopped, damaged } = await parsePm2Dump(FIXTURE);
  assertEquals(processes.map(({ name, port }) => [name, port]), [
    ["web", 4310],
    ["clustered", null],
    ["forks-0", null],
    ["forks-1", null],
    ["my-job", null],
  ]);
  assertEquals(stopped, ["halted"]);
  assertEquals(damaged, []);
  const { share_port, instances, app } = processes[1]!.settings;
  assertEquals([share_port, instances, app], [true, 2, "clustered"]);
});

Deno.test("command, environment and policies of an app are carried over", async () => {
  const [web] = (await parsePm2Dump(FIXTURE)).processes;
  assertEquals(web!.words, ["/srv/shop/server.js", "--verbose", "two"]);
  assertEquals(web!.interpreter, "node --max-old-space-size=200");
  assertEquals(web!.cwd, "/srv/shop");
  assertEquals(web!.environment, {
    HOME: "/root",
    PATH: "/usr/bin:/bin",
    PORT: "4310",
    NODE_ENV: "production",
    GREETING: "two\nlines",
  });
  const { namespace, kill_timeout, exp_backoff, stop_exit_codes } = web!.settings;
  assertEquals({ namespace, kill_timeout, exp_backoff, stop_exit_codes }, {
    namespace: "front",
    kill_timeout: 3000,
    exp_backoff: 100,
    stop_exit_codes: [0, 3],
  });
});

Deno.test("a policy is carried over where a spec has it, and named where it has not", async () => {
  const [web] = (await parsePm2Dump(FIXTURE)).processes;
  const pairs = [["max_memory_restart", "max_memory"], ["cron_restart", "cron_restart"]] as const;
  for (const [from, to] of pairs) {
    const isCarried = Object.hasOwn(web!.settings, to);
    assertEquals(isCarried, Object.hasOwn(SPEC_DEFAULTS, to));
    assertEquals(web!.notes.some((note) => note.startsWith(from)), !isCarried);
  }
});

Deno.test("the instances of an app in fork mode are processes of their own", async () => {
  const forks = (await parsePm2Dump(FIXTURE)).processes.filter(({ name }) =>
    name.startsWith("forks")
  );
  assertEquals(forks.map(({ settings }) => settings.instance), [0, 1]);
  assertEquals(forks[0]!.settings.autorestart, "never");
  assertEquals(forks[0]!.settings.min_uptime, 5000);
  assertEquals(forks[0]!.settings.restart_delay, 200);
  assertEquals(forks[0]!.settings.max_restarts, 5);
});

Deno.test("instances with ports of their own are called by them; where another app has one of these, none is", async () => {
  const instances = (name: string, ...ports: readonly number[]) =>
    ports.map((PORT) => ({ ...ENTRY, name, increment_var: "PORT", env: { PORT } }));
  const read = async (...entries: readonly unknown[]) =>
    (await parsePm2Dump(JSON.stringify(entries))).processes.map(({ name, port }) => [name, port]);
  assertEquals(await read(...instances("api", 4400, 4401)), [["api", 4400], ["api", 4401]]);
  assertEquals(await read(...instances("api", 4400, 4401), ...instances("other", 4400)), [
    ["api-0", null],
    ["api-1", null],
    ["other", null],
  ]);
});

Deno.test("every process of a dump is told its number, as PM2 does, and counts on from there", async () => {
  const { processes } = await parsePm2Dump(FIXTURE);
  for (const { name, settings } of processes) {
    assertEquals(settings.counters, { NODE_APP_INSTANCE: "0" }, name);
  }
  const dump = JSON.stringify([4, 5].map((SHARD, instance) => ({
    ...ENTRY,
    instance_var: "NUMBER",
    NUMBER: instance,
    increment_var: "SHARD",
    env: { SHARD },
  })));
  for (const { settings } of (await parsePm2Dump(dump)).processes) {
    assertEquals(settings.app, "a");
    assertEquals(settings.counters, { NUMBER: "0", SHARD: "4" });
  }
});

Deno.test("what cannot be carried over is named", async () => {
  const { processes } = await parsePm2Dump(FIXTURE);
  const notesOf = (name: string) => processes.find((one) => one.name === name)!.notes.join("\n");
  assertStringIncludes(notesOf("clustered"), "cluster mode: 2 workers");
  assertStringIncludes(notesOf("my-job"), "called 'my job' in PM2");
});

Deno.test("logs that somebody chose the place of are linked there", async () => {
  const { processes } = await parsePm2Dump(FIXTURE);
  const [clustered, job] = ["clustered", "my-job"].map((name) =>
    processes.find((one) => one.name === name)!.settings.log_links
  );
  assertEquals([clustered?.out !== undefined, job], [true, undefined]);
});

const ENTRY = { name: "a", pm_exec_path: "/a.js", pm_cwd: "/", env: {} };

Deno.test("a dump says what a file of the same options says", async () => {
  const options = {
    watch: ["lib"],
    ignore_watch: ["*.log"],
    watch_delay: 500,
    wait_ready: true,
    listen_timeout: 8000,
    uid: 33,
    autorestart: false,
    max_restarts: 7,
    min_uptime: "5s",
    max_memory_restart: "300M",
    stop_exit_codes: [0, "3"],
    cron_restart: "0 3 * * *",
    kill_timeout: 3000,
    exp_backoff_restart_delay: 100,
    restart_delay: 50,
    namespace: "shop",
    gid: 33,
    treekill: false,
  };
  const env = { PORT: "3000" };
  const dump = JSON.stringify([{ ...ENTRY, ...options, env, pm_cwd: "/srv" }]);
  const [dumped] = (await parsePm2Dump(dump)).processes;
  const text = JSON.stringify([{ name: "a", script: "/a.js", cwd: "/srv", env, ...options }]);
  const { apps: [app], notes } = await readText("process.json", text);
  const { counters, ...settings } = dumped!.settings;
  assertEquals(settings, app!.settings);
  assertEquals(counters, app!.counters);
  assertEquals(dumped!.notes.length, notes.length);
  assertEquals(settings, {
    stop_signal: "SIGINT",
    watch: { paths: ["/srv/lib"], ignore: ["*.log"], debounce: 500 },
    wait_ready: "port",
    ready_timeout: 8000,
    user: "33",
    autorestart: "never",
    max_restarts: 7,
    min_uptime: 5000,
    max_memory: 300 * 1024 ** 2,
    stop_exit_codes: [0, 3],
    cron_restart: "0 3 * * *",
    kill_timeout: 3000,
    exp_backoff: 100,
    restart_delay: 50,
    namespace: "shop",
  });
});

Deno.test("what of a dump is no right value is named, with what it takes", async () => {
  const dump = JSON.stringify([{ ...ENTRY, kill_timeout: "long", max_restarts: -1 }]);
  assertEquals((await parsePm2Dump(dump)).processes[0]!.notes, [
    "max_restarts -1 cannot be carried over: it takes a whole number from 0 to 1000000",
    'kill_timeout "long" cannot be carried over: it takes a time in milliseconds, a day at most',
  ]);
});

Deno.test("a PORT that several apps have is no port of theirs, but stays in the environment", async () => {
  const env = { PORT: "3000" };
  const dump = JSON.stringify([{ ...ENTRY, env }, { ...ENTRY, name: "b", env }]);
  const { processes } = await parsePm2Dump(dump);
  assertEquals(processes.map(({ port, environment }) => [port, environment["PORT"]]), [
    [null, "3000"],
    [null, "3000"],
  ]);
});

Deno.test("a damaged entry is named and does not hide the others", async () => {
  const dump = JSON.stringify([{ name: "bad" }, null, { ...ENTRY, pm_cwd: "here" }, ENTRY]);
  const { processes, damaged } = await parsePm2Dump(dump);
  assertEquals(processes.map(({ name }) => name), ["a"]);
  assertEquals(damaged.map(({ name }) => name), ["bad", "entry 2", "a"]);
});

Deno.test("a name that tsm cannot use becomes one that it can", async () => {
  const names = ["7", "ä b", "all", "x/../y", "сервер", "x ../ y"];
  const dump = JSON.stringify(names.map((name) => ({ ...ENTRY, name })));
  assertEquals((await parsePm2Dump(dump)).processes.map(({ name }) => name), [
    "app-7",
    "a-b",
    "app-all",
    "x-..-y",
    "server",
    "x-..-y-b12491",
  ]);
});

for (const text of ["", "{}", "[", "null"]) {
  Deno.test(`${JSON.stringify(text)} is no dump`, async () => {
    await assertRejects(() => parsePm2Dump(text), Deno.errors.InvalidData);
  });
}

Deno.test("workers of a cluster share a port, unless each counts its own or the one is bun's", async () => {
  const sharing = async (count: number, changes: Readonly<Record<string, unknown>>) => {
    const entry = { ...ENTRY, exec_mode: "cluster_mode", env: { PORT: 3000 }, ...changes };
    const { processes } = await parsePm2Dump(
      JSON.stringify(Array.from({ length: count }, () => entry)),
    );
    return processes.map((
      { port, settings: { instances, share_port } },
    ) => [port, instances ?? 1, share_port ?? false]);
  };
  assertEquals(await sharing(3, {}), [[3000, 3, true]]);
  assertEquals(await sharing(1, {}), [[3000, 1, true]]);
  assertEquals(await sharing(3, { increment_var: "PORT" }), [[3000, 3, false]]);
  assertEquals(await sharing(2, { exec_interpreter: "bun" }), [[3000, 2, true]]);
  assertEquals(await sharing(1, { exec_interpreter: "bun" }), [[3000, 1, false]]);
});
