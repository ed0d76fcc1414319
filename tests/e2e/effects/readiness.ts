import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { HealthState } from "../../../src/api/schemas/health.ts";
import type { READINESS_SETTINGS } from "../../../src/settings/table/readiness.ts";
import { freePort, type Tsm, until } from "../harness.ts";
import {
  type Effects,
  FOREVER,
  start,
  startListed,
  textOf,
  untilListed,
  untilPrinted,
} from "./effect.ts";

/** Awaits that the health of a process is so. */
async function untilHealth(
  tsm: Tsm,
  name: string,
  holds: (health: HealthState) => boolean,
): Promise<HealthState> {
  return await until(`the awaited health of ${name}`, async () => {
    const { health } = JSON.parse(await tsm.ok("describe", name, "--json"));
    return health && holds(health) ? health as HealthState : undefined;
  });
}

const isHealthy = ({ status }: HealthState) => status === "healthy";

/** Something that answers every request so. */
function answering(status: number, body: string) {
  const options = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
  const server = Deno.serve(options, () => new Response(body, { status }));
  const url = `http://127.0.0.1:${server.addr.port}/`;
  return { url, [Symbol.asyncDispose]: () => server.shutdown() };
}

/** What a process waits for, when it is up, and what is watched and run around it. */
export const READINESS_EFFECTS: Effects<typeof READINESS_SETTINGS> = {
  async depends_on(tsm, name) {
    await startListed(tsm, name, {
      [name]: { command: `cat ${name}; ${FOREVER}`, depends_on: { [`${name}-job`]: "exited" } },
      [`${name}-job`]: { command: `sleep 1; echo prepared >${name}`, autorestart: "never" },
    });
    await untilPrinted(tsm, name, "prepared");
  },
  health: {
    async port(tsm, name) {
      using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      await start(tsm, name, FOREVER, "--health-tcp", String(listener.addr.port));
      await untilHealth(tsm, name, isHealthy);
    },
    async host(tsm, name) {
      const health = { host: "localhost", port: freePort() };
      await startListed(tsm, name, { [name]: { command: FOREVER, health } });
      const { reason } = await untilHealth(tsm, name, ({ reason }) => reason !== null);
      assertStringIncludes(reason!, `on localhost:${health.port}`);
    },
    async url(tsm, name) {
      await using server = answering(200, "");
      await start(tsm, name, FOREVER, "--health-url", server.url);
      await untilHealth(tsm, name, isHealthy);
    },
    async status(tsm, name) {
      await using server = answering(418, "");
      const health = { url: server.url, status: 418 };
      await startListed(tsm, name, { [name]: { command: FOREVER, health } });
      await untilHealth(tsm, name, isHealthy);
    },
    async body(tsm, name) {
      await using server = answering(200, "present");
      const health = { url: server.url, body: "absent" };
      await startListed(tsm, name, { [name]: { command: FOREVER, health } });
      const { reason } = await untilHealth(tsm, name, ({ reason }) => reason !== null);
      assertStringIncludes(reason!, `answered without "absent"`);
    },
    async command(tsm, name) {
      await start(tsm, name, FOREVER, "--health-cmd", `test -e ${name}`);
      await untilHealth(tsm, name, ({ reason }) => reason !== null);
      tsm.write(name, "");
      await untilHealth(tsm, name, isHealthy);
    },
    async interval(tsm, name) {
      const flags = ["--health-cmd", `echo >>${name}`, "--health-interval", "100ms"];
      await start(tsm, name, FOREVER, ...flags);
      // With the default they would take minutes.
      await until("many checks", () => textOf(tsm, name).length >= 20);
    },
    async timeout(tsm, name) {
      const flags = ["--health-cmd", "sleep 1000", "--health-timeout", "200ms"];
      await start(tsm, name, FOREVER, ...flags);
      const { reason } = await untilHealth(tsm, name, ({ reason }) => reason !== null);
      assertStringIncludes(reason!, "within 0.2 s");
    },
    async retries(tsm, name) {
      const flags = ["--health-cmd", "false", "--health-interval=100ms", "--health-retries=1"];
      await start(tsm, name, FOREVER, ...flags);
      const { reason } = await untilListed(tsm, name, ({ restarts }) => restarts > 0);
      assertMatch(reason!, /^unhealthy: .* \(once\)$/);
      await tsm.ok("stop", name);
    },
    async grace(tsm, name) {
      const check = ["--health-cmd", `echo >>${name}; false`, "--health-interval=100ms"];
      await start(tsm, name, FOREVER, ...check, "--health-retries=1", "--health-grace=1h");
      await until("some checks", () => textOf(tsm, name).length >= 5);
      const { failures } = await untilHealth(tsm, name, () => true);
      assertEquals([failures, (await tsm.list())[name]!.restarts], [0, 0]);
    },
  },
  async wait_ready(tsm, name) {
    const flags = ["--wait-ready", "health", "--health-cmd", `test -e ${name}`];
    await start(tsm, name, `sleep 1; echo >${name}; ${FOREVER}`, ...flags);
    assert(textOf(tsm, name) !== "", "the start was done before it was ready");
  },
  async ready_timeout(tsm, name) {
    const flags = ["--wait-ready=health", "--health-cmd=false", "--ready-timeout=200ms"];
    const said = await tsm.fails(1, "start", FOREVER, "--name", name, ...flags);
    assertStringIncludes(said, "after 0.2 s");
  },
  async watchdog(tsm, name) {
    await start(tsm, name, FOREVER, "--watchdog", "200ms");
    const { reason } = await untilListed(tsm, name, ({ restarts }) => restarts > 0);
    assertMatch(reason!, /^watchdog: it has not said WATCHDOG=1 for 0.2 s$/);
    await tsm.ok("stop", name);
  },
  watch: {
    async paths(tsm, name) {
      Deno.mkdirSync(`${tsm.work}/${name}`);
      await start(tsm, name, FOREVER, `--watch=${name}`);
      tsm.write(`${name}/main.js`, "");
      // Made and then given its mode: on a busy machine these may be two changes.
      const { reason } = await untilListed(tsm, name, ({ restarts }) => restarts > 0);
      assertStringIncludes(reason!, "main.js");
    },
    async ignore(tsm, name) {
      Deno.mkdirSync(`${tsm.work}/${name}`);
      await start(tsm, name, FOREVER, `--watch=${name}`, "--watch-ignore", "*.skip");
      tsm.write(`${name}/a.skip`, "");
      tsm.write(`${name}/main.js`, "");
      const { reason } = await untilListed(tsm, name, ({ restarts }) => restarts > 0);
      assertMatch(reason!, /^watch: \S*main\.js changed$/);
    },
    async debounce(tsm, name) {
      Deno.mkdirSync(`${tsm.work}/${name}`);
      const watch = { paths: name, debounce: "1h" };
      await startListed(tsm, name, {
        [name]: { command: FOREVER, watch },
        [`${name}-default`]: { command: FOREVER, watch: name },
      });
      tsm.write(`${name}/main.js`, "");
      await untilListed(tsm, `${name}-default`, ({ restarts }) => restarts > 0);
      assertEquals((await tsm.list())[name]!.restarts, 0);
    },
  },
  async priority(tsm, name) {
    await startListed(tsm, name, {
      [name]: FOREVER,
      [`${name}-low`]: { command: FOREVER, priority: -1 },
    });
    const days = [...Deno.readDirSync(tsm.path("db/events"))].map(({ name }) => name).sort();
    const started = days.map((day) => tsm.read("db/events", day)).join("").split("\n")
      .filter((line) => line.includes(`"event":"start"`));
    const place = (one: string) => started.findIndex((line) => line.includes(`"name":"${one}"`));
    assert(place(`${name}-low`) >= 0);
    assert(place(`${name}-low`) < place(name));
  },
  hooks: {
    async pre_start(tsm, name) {
      await start(tsm, name, FOREVER, "--pre-start", `echo >${name}`);
      assert(textOf(tsm, name) !== "");
    },
    async post_stop(tsm, name) {
      await start(tsm, name, FOREVER, "--post-stop", `echo >${name}`);
      assertEquals(textOf(tsm, name), "");
      await tsm.ok("stop", "--keep", name);
      assert(textOf(tsm, name) !== "");
    },
    async timeout(tsm, name) {
      const flags = ["--pre-start", "sleep 1000", "--hook-timeout", "200ms"];
      const said = await tsm.fails(1, "start", FOREVER, "--name", name, ...flags);
      assertStringIncludes(said, "within 0.2 s");
    },
  },
};
