/**
 * Many workers behind one port: what they serve, and what a reload of them costs their clients.
 *
 * @module
 */
import { delay } from "@std/async/delay";
import { isPortFree } from "../../../src/process/is_port_free.ts";
import { listensOn } from "../../../src/process/linux/port.ts";
import type { Bench, Opened } from "../bench.ts";
import type { Contender } from "../contender.ts";
import { findPm2 } from "../contenders/pm2.ts";
import { HttpLoad } from "../http/http_load.ts";
import { findNode22 } from "../http/node_22.ts";
import { writeServer, writeWorkers } from "../http/node_server.ts";
import type { Measurement } from "../measurement.ts";
import type { Task } from "../measure.ts";
import { atLeastTimes, atMostTimes, LIMIT, type Result } from "../result.ts";
import { command, run } from "../run.ts";
import { until } from "../until.ts";

/** Requests a second of a server with so many workers. */
export function requests(count: number): Measurement {
  return {
    name: `requests-${count}`,
    async run(bench) {
      const found = await findContenders(bench);
      if (found === undefined) return [];
      const { node, contenders } = found;
      const tasks = contenders.map((contender): Task => {
        let workers: Workers;
        return {
          contender: contender.name,
          before: async () => void (workers = await Workers.start(bench, contender, node, count)),
          run: () => rateAt(workers.port, bench.quick),
          after: () => workers.end(),
        };
      });
      let direct: DirectWorkers;
      tasks.push({
        contender: LIMIT,
        before: async () => void (direct = await DirectWorkers.start(bench, node, count)),
        run: () => rateAt(direct.port, bench.quick),
        after: () => direct.end(),
      });
      return [{
        what: `requests of a server with ${count} ${count === 1 ? "worker" : "workers"}`,
        unit: "/s",
        series: await bench.interleave(tasks, bench.quick ? 1 : 3),
        targets: [atLeastTimes(0.95, LIMIT)],
        note: "more is better; 32 kept connections; limit: node by itself, with SO_REUSEPORT",
      }];
    },
  };
}

/** How many requests fail while four workers are reloaded again and again. */
export const reloadFailures: Measurement = {
  name: "reload-failures",
  async run(bench) {
    const found = await findContenders(bench);
    if (found === undefined) return [];
    const reloads = bench.quick ? 1 : 5;
    const resets: { readonly contender: string; readonly samples: number[] }[] = [];
    const tasks = found.contenders.map((contender): Task => {
      const samples: number[] = [];
      resets.push({ contender: contender.name, samples });
      let workers: Workers;
      return {
        contender: contender.name,
        before: async () => void (workers = await Workers.start(bench, contender, found.node, 4)),
        async run() {
          const load = new HttpLoad({ port: workers.port, short: 3, kept: 3, pause: 1 });
          for (let round = 0; round < reloads; round++) await workers.reload();
          const { failures, cutOff, idleResets } = await load.end();
          samples.push(idleResets);
          return failures.length + cutOff;
        },
        after: () => workers.end(),
      };
    });
    const migrates = await Deno.readTextFile("/proc/sys/net/ipv4/tcp_migrate_req")
      .then((text) => text.trim(), () => "unknown");
    const what = `in ${reloads} reloads of 4 workers under load`;
    const failures: Result = {
      what: `requests that failed ${what}`,
      unit: "",
      series: await bench.interleave(tasks, 1),
      targets: [atMostTimes(1, "PM2")],
      note: `new connections, and answers that were begun; net.ipv4.tcp_migrate_req: ${migrates}`,
    };
    const idle: Result = {
      what: `idle connections that were closed ${what}`,
      unit: "",
      series: resets.filter(({ samples }) => samples.length > 0),
      targets: [],
      note: "kept ones, before a further answer was begun",
    };
    return [failures, idle];
  },
};

/** What is compared here, and the directory of their node; `undefined` where there is none. */
async function findContenders(
  bench: Bench,
): Promise<{ readonly node: string; readonly contenders: readonly Contender[] } | undefined> {
  const node = await findNode22(!bench.quick);
  if ("reason" in node) {
    console.log(`\nnode 22 is missing: ${node.reason}`);
    return undefined;
  }
  // Its daemon's node is that of its workers.
  const pm2 = await findPm2(!bench.quick, node.dir);
  const tsm = bench.contenders.filter(({ name }) => name === "tsm");
  return { node: `${node.dir}/node`, contenders: "reason" in pm2 ? tsm : [...tsm, pm2] };
}

/** Workers of a contender, which listen. */
class Workers {
  readonly port: number;
  readonly #bench: Bench;
  readonly #opened: Opened;

  private constructor(bench: Bench, opened: Opened, port: number) {
    this.#bench = bench;
    this.#opened = opened;
    this.port = port;
  }

  static async start(
    bench: Bench,
    contender: Contender,
    node: string,
    count: number,
  ): Promise<Workers> {
    const opened = await bench.open(contender);
    const port = freePort();
    const file = await writeWorkers({ dir: opened.dir, node, port, count });
    const { startWorkers } = opened.daemon;
    if (!startWorkers) throw new Error("it has no workers that share a port");
    await run(startWorkers.call(opened.daemon, file));
    await listening(port);
    return new Workers(bench, opened, port);
  }

  async reload(): Promise<void> {
    const { daemon } = this.#opened;
    await run(daemon.reloadWorkers!());
  }

  end(): Promise<void> {
    return this.#bench.close(this.#opened);
  }
}

/** The same server without anybody who looks after it. */
class DirectWorkers {
  readonly port: number;
  readonly #children: readonly Deno.ChildProcess[];

  private constructor(port: number, children: readonly Deno.ChildProcess[]) {
    this.port = port;
    this.#children = children;
  }

  static async start(bench: Bench, node: string, count: number): Promise<DirectWorkers> {
    const script = await writeServer({ dir: await bench.directory("direct") });
    const port = freePort();
    const env = { PORT: String(port), REUSE_PORT: "1" };
    const children = Array.from(
      { length: count },
      // Each in a session of its own, as those of tsm: the kernel shares the cores among sessions
      // (sched_autogroup), and in one with the clients they get less and the clients more.
      () => command({ argv: ["setsid", node, script], env }).spawn(),
    );
    // All of them: clients that connect before are served by those that listen, and two cores serve
    // more with one worker than with four.
    for (const { pid } of children) {
      await until(`worker ${pid} to listen`, () => listensOn(pid, port));
    }
    return new DirectWorkers(port, children);
  }

  async end(): Promise<void> {
    for (const child of this.#children) child.kill("SIGKILL");
    await Promise.all(this.#children.map(({ status }) => status));
  }
}

async function rateAt(port: number, quick: boolean): Promise<number> {
  const load = new HttpLoad({ port, short: 0, kept: 32 });
  await delay(quick ? 200 : 1000);
  const before = load.answered;
  const begun = performance.now();
  await delay(quick ? 300 : 3000);
  const rate = (load.answered - before) * 1000 / (performance.now() - begun);
  await load.end();
  return rate;
}

/** A port from below those that the system gives away by itself, as to the clients of a load. */
function freePort(): number {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 20_000);
    if (isPortFree(port)) return port;
  }
}

async function listening(port: number): Promise<void> {
  await until(
    `somebody to listen on port ${port}`,
    () =>
      Deno.connect({ hostname: "127.0.0.1", port })
        .then((connection) => (connection.close(), true), () => false),
  );
}
