import { assertEquals } from "@std/assert";
import { dirname } from "@std/path/posix";
import { request } from "../../src/api/client.ts";
import { restartMessage } from "../../src/api/messages/restart.ts";
import { startMessage } from "../../src/api/messages/start.ts";
import { stopMessage } from "../../src/api/messages/stop.ts";
import { readSupervisorFile } from "../../src/api/supervisor_file.ts";
import type { Meta } from "../../src/meta/metadata.ts";
import { runtimeRoot } from "../../src/root.ts";
import { randomNumbers, SEED } from "../seed.ts";
import { Chaos } from "./chaos.ts";
import { isRunning, Tsm, until } from "./harness.ts";

/** The programs; each is known by the seconds it sleeps, whatever its environment says. */
const PROGRAMS: Readonly<
  Record<string, { readonly run: string; readonly marks: string[]; readonly user?: string }>
> = {
  plain: { run: "exec sleep 8640001", marks: ["8640001"] },
  wiping: { run: "exec env -i sleep 8640002", marks: ["8640002"] },
  daemonizing: {
    run: "(setsid sleep 8640003 &); exec sleep 8640004",
    marks: ["8640003", "8640004"],
  },
  // Its daemon has our environment, but none of our files.
  closing: {
    run: "(setsid sleep 8640005 >/dev/null 2>&1 &); exec env -i sleep 8640006",
    marks: ["8640005", "8640006"],
  },
  ...Deno.uid() === 0
    ? { foreign: { run: "exec sleep 8640007", marks: ["8640007"], user: "nobody" } }
    : {},
};

const NAMES = Object.keys(PROGRAMS);
const ACTIONS = ["crash", "restart", "stop", "file", "nothing"] as const;

/** The pids of those that sleep for so many seconds, a name's marks in their order. */
function sleepers(marks: readonly string[], among: string): readonly number[][] {
  const found = new Map<string, number[]>(marks.map((mark) => [mark, []]));
  for (const { name } of Deno.readDirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const [program, mark = ""] = Deno.readTextFileSync(`/proc/${name}/cmdline`).split("\0");
      const isOurs = program === "sleep" && Deno.readLinkSync(`/proc/${name}/cwd`) === among;
      if (isOurs && isRunning(Number(name))) found.get(mark)?.push(Number(name));
    } catch {
      // It has ended.
    }
  }
  return [...found.values()];
}

Deno.test("a supervisor that is killed while it launches leaves no stranger, and no twin", async () => {
  const kills = Number(Deno.env.get("TSM_LAUNCH_KILLS") ?? 15);
  const random = randomNumbers();
  await using tsm = new Tsm();
  // Another user has to get into the working directory.
  for (const dir of [tsm.work, dirname(tsm.work)]) Deno.chmodSync(dir, 0o755);
  const chaos = new Chaos(tsm);
  /** Asks for something, in the middle of which the supervisor may be killed. */
  const ask = (action: typeof ACTIONS[number], meta: Meta | undefined, name: string) => {
    const address = readSupervisorFile(runtimeRoot(tsm.root))!;
    switch (action) {
      case "nothing":
        return;
      case "crash":
        if (meta?.pid) Deno.kill(meta.pid, "SIGKILL");
        return;
      case "restart":
        return meta && request(address, restartMessage, { selectors: [name] });
      case "stop":
        return meta && request(address, stopMessage, { selectors: [name], keep: false });
      case "file":
        return request(address, startMessage, {
          environment: { PATH: Deno.env.get("PATH") ?? "/usr/bin:/bin" },
          definitions: Object.entries(PROGRAMS).map(([name, { run, user = null }]) => ({
            words: ["sh", "-c", run],
            name,
            cwd: tsm.work,
            explicit: {},
            settings: { user, max_restarts: 1_000_000, kill_timeout: 2000 },
          })),
          if_running: "leave",
          source: "file",
          wait: 0,
        });
    }
  };
  await chaos.startSupervisor();
  let listed: Readonly<Record<string, Meta>> = {};
  for (let kill = 1; kill <= kills; kill++) {
    const asked = NAMES.map(async (name) => {
      const isFirst = Object.keys(listed).length === 0 && name === NAMES[0];
      const action = isFirst ? "file" : ACTIONS[Math.floor(random() * ACTIONS.length)]!;
      // Killed before it could answer: it may have done what it was asked, or not.
      await Promise.resolve(ask(action, listed[name], name)).catch(() => {});
    });
    // Up to where the last of them is launched, as a rule.
    await new Promise((resolve) => setTimeout(resolve, random() * 30));
    await chaos.killSupervisor();
    await Promise.all(asked);
    await chaos.startSupervisor();
    listed = await chaos.settled();
    for (const [name, { marks }] of Object.entries(PROGRAMS)) {
      const expected = listed[name]?.status === "online" ? listed[name]!.pid : undefined;
      let found: readonly number[][] = [];
      await until("what earlier runs have left behind to end", () => {
        found = sleepers(marks, tsm.work);
        if (expected === undefined) return found.every((pids) => pids.length === 0);
        return found.every((pids) => pids.length === 1) && found.at(-1)![0] === expected;
      }).catch(() => {});
      const counts = found.map((pids) => pids.length);
      const one = expected === undefined ? 0 : 1;
      assertEquals(
        { counts, pid: found.at(-1)![0] },
        { counts: marks.map(() => one), pid: expected ?? undefined },
        `kill ${kill} of seed ${SEED}: those of '${name}' that live, beside the one listed`,
      );
    }
  }
  await chaos.killSupervisor();
  await chaos.startSupervisor();
});
