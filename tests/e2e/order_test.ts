import { assertEquals, assertStringIncludes } from "@std/assert";
import { Tsm, until } from "./harness.ts";

/**
 * A command that notes when it is up and when it ends, in a file called `order`, each a while after
 * it was asked to: who does not wait for it is noted before.
 */
function service(name: string): string {
  return `trap 'sleep 0.3; echo ${name} down >>order; exit' TERM; ` +
    `sleep 0.3; echo ${name} up >>order; echo is-ready; while :; do sleep 0.05; done`;
}

/** The settings of a service that is to be up before what depends on it is started. */
const UP = { wait_ready: "log:/is-ready/", ready_timeout: "10m" };

/** What has been noted since the last look. */
function noted(tsm: Tsm): string[] {
  const path = `${tsm.work}/order`;
  const lines = Deno.readTextFileSync(path).split("\n").slice(0, -1);
  Deno.removeSync(path);
  return lines;
}

/** The application of the tests: a database, its migration, and what needs both. */
const SHOP = {
  proxy: { command: service("proxy"), depends_on: "web", ...UP },
  web: { command: service("web"), depends_on: { db: "started", migrate: "exited" }, ...UP },
  migrate: {
    command: "test -e may-migrate && echo migrate >>order",
    autorestart: "never",
    depends_on: "db",
  },
  db: { command: service("db"), ...UP },
};
const UPWARDS = ["db up", "migrate", "web up", "proxy up"];
const DOWNWARDS = ["proxy down", "web down", "db down"];

/** Writes the file of an application, and a migration that succeeds. */
function writeFile(tsm: Tsm, processes: Readonly<Record<string, object>>): void {
  const inShop = Object.entries(processes).map(([name, settings]) =>
    [name, { namespace: "shop", ...settings }] as const
  );
  tsm.write("tsm.jsonc", JSON.stringify({ processes: Object.fromEntries(inShop) }));
  tsm.write("may-migrate", "");
}

Deno.test("'start all' and 'stop' follow what depends on what", async () => {
  await using tsm = new Tsm();
  writeFile(tsm, SHOP);
  await tsm.ok("start", "tsm.jsonc");
  assertEquals(noted(tsm), UPWARDS);
  await tsm.ok("stop", "--keep", "shop");
  assertEquals(noted(tsm), DOWNWARDS);
  await tsm.ok("start", "all");
  assertEquals(noted(tsm), UPWARDS);

  await tsm.ok("stop", "--keep", "all");
  assertEquals(noted(tsm), DOWNWARDS);
  Deno.removeSync(`${tsm.work}/may-migrate`);
  const { code, stderr } = await tsm.run(["start", "all"]);
  assertEquals(code, 1);
  assertStringIncludes(stderr, "it depends on 'migrate' ending with code 0");
  assertEquals(noted(tsm), ["db up"]);
  // By itself it is started, whatever it depends on.
  await tsm.ok("start", "web");
  assertEquals(noted(tsm), ["web up"]);
});

Deno.test("'restart' and 'reload' follow what depends on what", async () => {
  await using tsm = new Tsm();
  writeFile(tsm, SHOP);
  await tsm.ok("start", "tsm.jsonc");
  noted(tsm);
  await tsm.ok("restart", "shop");
  assertEquals(noted(tsm), [...DOWNWARDS, ...UPWARDS]);
  await tsm.ok("reload", "db", "web");
  assertEquals(noted(tsm), ["db down", "db up", "web down", "web up"]);

  Deno.removeSync(`${tsm.work}/may-migrate`);
  const { code, stderr } = await tsm.run(["restart", "shop"]);
  assertEquals(code, 1);
  assertStringIncludes(stderr, "it depends on 'migrate' ending with code 0");
  const { db, web, proxy } = await tsm.list();
  assertEquals([db!.status, web!.status, proxy!.status], ["online", "errored", "errored"]);
});

Deno.test("a shutdown follows what depends on what, and so does a start of all behind it", async () => {
  await using tsm = new Tsm();
  writeFile(tsm, SHOP);
  await tsm.ok("start", "tsm.jsonc");
  await tsm.ok("save");
  noted(tsm);
  await tsm.ok("shutdown");
  assertEquals(noted(tsm), DOWNWARDS);
  await tsm.ok("start", "all");
  assertEquals(noted(tsm), UPWARDS);
});

Deno.test("one that does not end holds up only what it depends on, within its kill timeout", async () => {
  await using tsm = new Tsm();
  writeFile(tsm, {
    db: { command: service("db"), ...UP },
    stuck: {
      command: "trap 'echo stuck asked >>order' TERM; echo is-ready; while :; do sleep 0.05; done",
      depends_on: "db",
      kill_timeout: "3s",
      ...UP,
    },
    other: { command: service("other"), ...UP },
  });
  await tsm.ok("start", "tsm.jsonc");
  noted(tsm);
  await tsm.ok("stop", "all");
  // Both are asked at the same time; which of them notes it first is the machine's choice.
  const [first, second, ...last] = noted(tsm);
  assertEquals([[first, second].sort(), last], [["other down", "stuck asked"], ["db down"]]);
  assertEquals(await tsm.list(), {});
});

Deno.test("two that depend on each other by two files are stopped and started nevertheless", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "a");
  await tsm.ok("start", "sleep 1000", "--name", "b", "--depends-on", "a");
  await tsm.ok("start", "sleep 1000", "--name", "a", "--depends-on", "b", "--force");
  await tsm.ok("restart", "all");
  await tsm.ok("reload", "all");
  await tsm.ok("stop", "--keep", "all");
  await tsm.ok("start", "all");
  const { a, b } = await tsm.list();
  assertEquals([a!.status, b!.status], ["online", "online"]);
});

Deno.test("a job that is needed runs anew when the list is brought back, unless once is enough", async () => {
  await using tsm = new Tsm();
  const job = (name: string) => ({ command: `echo ${name} >>order`, autorestart: "never" });
  writeFile(tsm, {
    web: {
      command: service("web"),
      depends_on: { migrate: "exited", fill: { condition: "exited", once: true } },
      ...UP,
    },
    migrate: { ...job("migrate"), depends_on: { fill: { condition: "exited", once: true } } },
    fill: job("fill"),
    alone: job("alone"),
  });
  await tsm.ok("start", "tsm.jsonc", "--only", "web,alone");
  assertEquals(noted(tsm).filter((line) => line !== "alone"), ["fill", "migrate", "web up"]);
  await tsm.ok("save");
  await tsm.ok("shutdown");
  assertEquals(noted(tsm), ["web down"]);
  await tsm.ok("resurrect");
  assertEquals(noted(tsm), ["migrate", "web up"]);
});

Deno.test("a job that waits for its schedule holds up nobody who needs its end", async () => {
  await using tsm = new Tsm();
  writeFile(tsm, {
    web: { command: service("web"), depends_on: { job: "exited" }, ...UP },
    job: { command: "sleep 1; echo job >>order", schedule: "0 0 1 1 *" },
  });
  const { code, stderr } = await tsm.run(["start", "tsm.jsonc"]);
  assertEquals(code, 1);
  assertStringIncludes(stderr, "it depends on 'job' ending with code 0, but that is scheduled");
  await tsm.ok("start", "job");
  await until("the end of the job", async () => (await tsm.list())["job"]!.exit_code === 0);
  await tsm.ok("start", "web");
  assertEquals(noted(tsm), ["job", "web up"]);
});

Deno.test("what asks for it is restarted with what it depends on, and with nothing else", async () => {
  await using tsm = new Tsm();
  const restart = true;
  writeFile(tsm, {
    proxy: { command: service("proxy"), depends_on: { web: { restart } }, ...UP },
    web: { command: service("web"), depends_on: { db: { condition: "started", restart } }, ...UP },
    late: { command: service("late"), depends_on: { db: { restart } }, ...UP },
    other: { command: service("other"), depends_on: "db", ...UP },
    db: { command: service("db"), ...UP },
  });
  await tsm.ok("start", "tsm.jsonc");
  assertStringIncludes(await tsm.ok("describe", "web"), "db=started,restart=on");
  await tsm.ok("stop", "--keep", "late");
  noted(tsm);
  assertStringIncludes(await tsm.ok("restart", "db"), "proxy");
  const order = ["proxy down", "web down", "db down", "db up", "web up", "proxy up"];
  assertEquals(noted(tsm), order);
  await tsm.ok("reload", "web");
  assertEquals(noted(tsm), ["web down", "web up", "proxy down", "proxy up"]);

  // A crash is no request.
  const { db } = await tsm.list();
  Deno.kill(db!.pid!, "SIGKILL");
  await until("the restart of db", () => Deno.readTextFileSync(`${tsm.work}/order`) === "db up\n");
  const restarts = Object.values(await tsm.list()).map(({ name, restarts }) => [name, restarts]);
  assertEquals(Object.fromEntries(restarts), { db: 2, late: 0, other: 0, proxy: 2, web: 2 });

  const circle = await tsm.fails(64, "start", writeCircle(tsm));
  assertStringIncludes(circle, "it depends on itself: a → b → a");
});

Deno.test("what asks for it is restarted with it by 'start --force' and by 'apply', too", async () => {
  await using tsm = new Tsm();
  const restart = true;
  const processes = {
    db: { command: service("db"), ...UP },
    web: { command: service("web"), depends_on: { db: { restart } }, ...UP },
    other: { command: service("other"), depends_on: "db", ...UP },
  };
  writeFile(tsm, processes);
  await tsm.ok("start", "tsm.jsonc");
  const flags = ["--namespace", "shop", "--ready-timeout", "10m", "--wait-ready", UP.wait_ready];
  await tsm.ok("start", service("proxy"), "-n", "proxy", "--depends-on", "web,restart", ...flags);
  noted(tsm);
  await tsm.ok("start", "db", "--force");
  const order = ["db down", "db up", "web down", "web up", "proxy down", "proxy up"];
  assertEquals(noted(tsm), order);

  writeFile(tsm, { ...processes, db: { ...processes.db, env: { CHANGED: "1" } } });
  const plan = JSON.parse(await tsm.ok("apply", "--dry-run", "--json"));
  assertEquals(plan.restart, [
    { name: "db", reason: "changed: env.CHANGED" },
    { name: "web", reason: "with db, which it depends on" },
  ]);
  assertEquals(plan.unchanged, ["other"]);
  assertStringIncludes(await tsm.ok("apply"), "Restarted proxy");
  assertEquals(noted(tsm).slice(-2), ["proxy down", "proxy up"]);
  const restarts = Object.values(await tsm.list()).map(({ name, restarts }) => [name, restarts]);
  assertEquals(Object.fromEntries(restarts), { db: 2, other: 0, proxy: 2, web: 2 });
});

Deno.test("two that are to be restarted with each other are restarted once", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "a");
  await tsm.ok("start", "sleep 1000", "--name", "b", "--depends-on", "a,restart");
  await tsm.ok("start", "sleep 1000", "--name", "a", "--depends-on", "b,restart", "--force");
  for (const words of [["restart", "a"], ["reload", "b"], ["start", "a", "--force"]]) {
    await tsm.ok(...words);
  }
  const { a, b } = await tsm.list();
  assertEquals([a!.status, a!.restarts, b!.status, b!.restarts], ["online", 4, "online", 4]);
});

/** Writes a file with a circle; gives its name. */
function writeCircle(tsm: Tsm): string {
  const processes = {
    a: { command: "true", depends_on: { b: { restart: true } } },
    b: { command: "true", depends_on: { a: { restart: true } } },
  };
  tsm.write("circle.jsonc", JSON.stringify({ processes }));
  return "circle.jsonc";
}
