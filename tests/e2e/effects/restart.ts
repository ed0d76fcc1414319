import { assert, assertEquals, assertMatch } from "@std/assert";
import type { RESTART_SETTINGS } from "../../../src/settings/table/restart.ts";
import { until } from "../harness.ts";
import { type Effects, output, start, untilListed, untilPrinted } from "./effect.ts";

/** When a process is started again, and how it is ended. */
export const RESTART_EFFECTS: Effects<typeof RESTART_SETTINGS> = {
  async autorestart(tsm, name) {
    await start(tsm, name, "sleep 0.3", "--autorestart", "on-failure");
    const { restarts } = await untilListed(tsm, name, ({ status }) => status === "stopped");
    assertEquals(restarts, 0);
  },
  async max_restarts(tsm, name) {
    await tsm.run(["start", "exit 3", "-n", name, "--max-restarts", "2", "--min-uptime", "1m"]);
    const meta = await untilListed(tsm, name, ({ status }) => status === "errored");
    assertEquals(meta.unstable_restarts, 2);
  },
  async min_uptime(tsm, name) {
    // The pause is there for the sake of the machine alone.
    await tsm.run(["start", "exit 3", "-n", name, "--min-uptime=0s", "--restart-delay=50ms"]);
    const meta = await untilListed(tsm, name, ({ restarts }) => restarts >= 3);
    assertEquals(meta.unstable_restarts, 0);
    await tsm.ok("stop", name);
  },
  async restart_delay(tsm, name) {
    await tsm.run(["start", "sleep 0.1; exit 1", "-n", name, "--restart-delay", "1h"]);
    const { retry_at } = await untilListed(tsm, name, ({ status }) => status === "waiting");
    assert(retry_at! > Date.now() / 1000 + 60);
  },
  async exp_backoff(tsm, name) {
    await tsm.run(["start", "sleep 0.1; exit 1", "-n", name, "--exp-backoff", "15s"]);
    await untilListed(tsm, name, ({ status }) => status === "waiting");
  },
  async stop_exit_codes(tsm, name) {
    await tsm.run(["start", "sleep 0.3; exit 7", "-n", name, "--stop-exit-codes", "6,7"]);
    const meta = await untilListed(tsm, name, ({ status }) => status === "stopped");
    assertEquals([meta.exit_code, meta.restarts], [7, 0]);
  },
  async max_memory(tsm, name) {
    const line = 'x=$(head -c 40000000 /dev/zero | tr "\\0" x); sleep 1000';
    await start(tsm, name, line, "--max-memory", "20M");
    const { reason } = await untilListed(tsm, name, ({ restarts }) => restarts > 0);
    assertMatch(reason!, /^memory: \d+\.\d MiB held, 20\.0 MiB allowed$/);
    await tsm.ok("stop", name);
  },
  async cron_restart(tsm, name) {
    await tsm.run(["start", "exec sleep 1000", "-n", name, "--cron-restart", "* * * * * *"]);
    const { reason } = await untilListed(tsm, name, ({ restarts }) => restarts > 0);
    assertEquals(reason, "cron_restart * * * * * *");
    await tsm.ok("stop", name);
  },
  async kill_timeout(tsm, name) {
    // By default it has the time to tidy up.
    const script = `trap 'trap "" TERM; sleep 4; echo tidied; exit 0' TERM
      echo ready; while :; do sleep 0.1; done`;
    tsm.write(`${name}.sh`, script);
    await start(tsm, name, `sh ${name}.sh`, "--kill-timeout", "50ms");
    await untilPrinted(tsm, name, "ready");
    await tsm.ok("stop", "--keep", name);
    assertEquals(output(tsm, name), "ready\n");
    assertEquals((await tsm.list())[name]!.exit_signal, "SIGKILL");
  },
  async stop_signal(tsm, name) {
    const script = `trap 'echo interrupted; exit 0' INT\necho ready; while :; do sleep 0.1; done`;
    tsm.write(`${name}.sh`, script);
    await start(tsm, name, `sh ${name}.sh`, "--stop-signal", "SIGINT");
    await untilPrinted(tsm, name, "ready");
    await tsm.ok("stop", "--keep", name);
    assertEquals(output(tsm, name), "ready\ninterrupted\n");
  },
  async schedule(tsm, name) {
    const line = 'echo "$(date +%s)"; exit 3';
    await start(tsm, name, line, "--schedule", "* * * * * *");
    // A job is no crash loop, however it ends: it waits for its next time.
    await until("three runs", () => output(tsm, name).trim().split("\n").length >= 3);
    const meta = await untilListed(tsm, name, ({ status }) => status === "scheduled");
    assertEquals([meta.exit_code, meta.restarts, meta.unstable_restarts], [3, 0, 0]);
    await tsm.ok("stop", name);
  },
  async timezone(tsm, name) {
    const noonIn = async (zone: string) => {
      await start(tsm, name, "true", "--schedule", "0 12 1 1 *", "--timezone", zone);
      const { retry_at } = (await tsm.list())[name]!;
      await tsm.ok("stop", name);
      return retry_at!;
    };
    assertEquals(await noonIn("Etc/GMT-3") + 5 * 3600, await noonIn("Etc/GMT+2"));
  },
  async overlap(tsm, name) {
    const history = (of: string) => tsm.read(`db/history/${of}.jsonl`);
    const line = `echo begin; until test -e ${name}.go; do sleep 0.1; done; echo end`;
    for (const overlap of ["skip", "queue"]) {
      const flags = ["--schedule", "* * * * * *", "--overlap", overlap];
      await start(tsm, `${name}-${overlap}`, line, ...flags);
    }
    await until("a run that is left out", () => history(`${name}-skip`).includes('"skip"'));
    tsm.write(`${name}.go`, "");
    await until(
      "the run behind the first",
      () => output(tsm, `${name}-queue`).startsWith("begin\nend\nbegin\n"),
    );
    assert(!history(`${name}-queue`).includes('"skip"'));
    await tsm.ok("stop", `${name}-skip`, `${name}-queue`);
  },
  async essential(tsm, name) {
    const beside = { command: "sleep 1000" };
    const file = tsm.write(
      `${name}.jsonc`,
      JSON.stringify({
        processes: {
          [`${name}-beside`]: beside,
          [name]: { command: "sleep 0.3; exit 3", autorestart: "never", essential: true },
        },
      }),
    );
    const { code, stderr } = await tsm.run(["run", file]);
    assertEquals(code, 3);
    assertMatch(
      stderr,
      new RegExp(`${name} ended with 3 \\(essential\\): stopping ${name}-beside`),
    );
  },
};
