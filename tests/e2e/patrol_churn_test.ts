import { assertEquals } from "@std/assert";
import { request } from "../../src/api/client.ts";
import { patrolMessage } from "../../src/api/messages/patrol.ts";
import { restartMessage } from "../../src/api/messages/restart.ts";
import { rotateMessage } from "../../src/api/messages/rotate.ts";
import { startMessage } from "../../src/api/messages/start.ts";
import { stopMessage } from "../../src/api/messages/stop.ts";
import { readSupervisorFile } from "../../src/api/supervisor_file.ts";
import { runtimeRoot } from "../../src/root.ts";
import { Tsm, until } from "./harness.ts";

/** Milliseconds for which everything is started, ended and looked at. */
const TIME = Number(Deno.env.get("TSM_CHURN_TIME") ?? 6000);

Deno.test("patrol finds nothing wrong with processes that are just being started, ended, restarted or rotated", async () => {
  await using tsm = new Tsm();
  const environment = { PATH: "/usr/bin:/bin" };
  const address = () => readSupervisorFile(runtimeRoot(tsm.root))!;
  const start = (name: string, line: string, settings = {}) =>
    request(address(), startMessage, {
      environment,
      definitions: [{
        words: ["sh", "-c", line],
        name,
        cwd: tsm.work,
        explicit: {},
        settings: { max_restarts: 100_000, ...settings },
      }],
      if_running: "refuse",
      source: "file",
      wait: 0,
    });
  // Its dead wait for their turn behind a hook, which takes longer than a look.
  const hooks = { post_stop: "sleep 0.3", timeout: 10_000 };
  await tsm.ok("start", "sleep 1000", "--name", "first");
  await start("writer", "while :; do echo said; sleep 0.01; done");
  for (const name of ["crashing-a", "crashing-b"]) await start(name, "sleep 0.03; exit 1");
  await start("hooked", "sleep 0.05; exit 1", { hooks });
  for (const name of ["adopted-a", "adopted-b", "adopted-c"]) await start(name, "exec sleep 1000");
  // Nobody but a look now and then tells that an adopted process has ended.
  await tsm.killSupervisor();
  await tsm.ok("reset", "first");

  const deadline = performance.now() + TIME;
  const isOver = () => performance.now() > deadline;
  const again = async (action: () => Promise<unknown>) => {
    while (!isOver()) await action();
  };
  const found: string[] = [];
  await Promise.all([
    again(async () => {
      await start("brief", "exec sleep 1000");
      await request(address(), stopMessage, { selectors: ["brief"], keep: false });
    }),
    again(() => request(address(), restartMessage, { selectors: ["first"] })),
    again(() => request(address(), rotateMessage, { selectors: ["writer"] })),
    again(async () => {
      const body = { dry_run: true, kill_orphans: false };
      const { findings } = await request(address(), patrolMessage, body);
      found.push(...findings.map(({ kind, name, found }) => `${kind} ${name}: ${found}`));
    }),
    (async () => {
      for (const name of ["adopted-a", "adopted-b", "adopted-c"]) {
        const { pid } = (await tsm.list())[name]!;
        Deno.kill(pid!, "SIGKILL");
        await until("its restart", async () => (await tsm.list())[name]?.pid !== pid);
      }
    })(),
  ]);
  assertEquals(found, []);
});
