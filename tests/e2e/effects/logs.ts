import { assert } from "@std/assert";
import type { LOG_SETTINGS } from "../../../src/settings/table/logs.ts";
import { type Tsm, until } from "../harness.ts";
import { isThere } from "../../../src/files/path_info.ts";
import { type Effects, FOREVER, output, start, textOf, untilPrinted } from "./effect.ts";

const WRITE = "while :; do seq 1 500; sleep 0.1; done";

/** The rotated files of its standard output, the oldest first. */
function rotatedOf(tsm: Tsm, name: string): string[] {
  return [...Deno.readDirSync(tsm.path("runtime/processes", name))].map(({ name }) => name)
    .filter((file) => /^\d{4}-\d\d-\d\d-\d+\.out(\.gz)?$/.test(file)).sort();
}

/** Rotates its logs, so many times. */
async function rotate(tsm: Tsm, name: string, times: number): Promise<void> {
  for (let time = 0; time < times; time++) {
    await until("something to rotate", () => output(tsm, name) !== "");
    await tsm.rotate(name);
  }
}

/** How the logs of a process are kept. */
export const LOG_EFFECTS: Effects<typeof LOG_SETTINGS> = {
  async log_max_size(tsm, name) {
    await start(tsm, name, "seq 1 1000; exec sleep 1000", "--log-max-size", "1K");
    await until("its rotation", () => rotatedOf(tsm, name).length === 1);
  },
  async log_max_files(tsm, name) {
    await start(tsm, name, WRITE, "--log-max-files", "1");
    await rotate(tsm, name, 3);
    await until("all but one to go", () => rotatedOf(tsm, name).length === 1);
  },
  async log_max_age(tsm, name) {
    await start(tsm, name, WRITE, "--log-max-age", "1h");
    await rotate(tsm, name, 1);
    const [old = ""] = rotatedOf(tsm, name);
    const twoHoursAgo = new Date(Date.now() - 7_200_000);
    Deno.utimeSync(tsm.path("runtime/processes", name, old), twoHoursAgo, twoHoursAgo);
    await rotate(tsm, name, 1);
    await until("it to go", () => !rotatedOf(tsm, name).some((file) => file.startsWith(old)));
  },
  async log_max_total(tsm, name) {
    await start(tsm, name, WRITE, "--log-max-total", "1K");
    await rotate(tsm, name, 2);
    await until("all but the newest to go", () => rotatedOf(tsm, name).length === 1);
  },
  async log_rotate(tsm, name) {
    await start(tsm, name, WRITE, "--log-rotate", "* * * * * *");
    await until("its rotation", () => rotatedOf(tsm, name).length > 0);
  },
  async log_rotate_on_restart(tsm, name) {
    await start(tsm, name, "echo begun; exec sleep 1000", "--log-rotate-on-restart");
    await untilPrinted(tsm, name, "begun");
    await tsm.ok("restart", name);
    await until("its rotation", () => rotatedOf(tsm, name).length === 1);
  },
  async log_pipe(tsm, name) {
    await start(tsm, name, `echo said; ${FOREVER}`, "--log-pipe", "sed 's/^/passed: /'");
    await tsm.ok("stop", "--keep", name);
    await untilPrinted(tsm, name, "passed: said");
  },
  log_links: {
    async out(tsm, name) {
      const link = `${tsm.work}/${name}/out.log`;
      await start(tsm, name, `echo said; ${FOREVER}`, "--log-link-out", link);
      await until("its line", () => textOf(tsm, `${name}/out.log`) === "said\n");
      await tsm.ok("stop", name);
      await until("its link to go", () => !isThere(link));
    },
    async err(tsm, name) {
      await start(tsm, name, `echo said >&2; ${FOREVER}`, "--log-link-err", `${name}.log`);
      await until("its line", () => textOf(tsm, `${name}.log`) === "said\n");
    },
    async merge(tsm, name) {
      const flags = ["--instances", "2", "--log-link-out", `${name}.log`];
      await start(tsm, name, `echo $TSM_INSTANCE; ${FOREVER}`, ...flags, "--log-link-merge");
      await until("its line", () => textOf(tsm, `${name}.log`) === "0\n");
    },
  },
  async freeze(tsm, name) {
    // One that was frozen is told to go on.
    const script = `trap 'echo continued' CONT; trap 'echo asked' USR1
      echo ready; while :; do sleep 0.1; done`;
    tsm.write(`${name}.sh`, script);
    await start(tsm, name, `sh ${name}.sh`, "--no-freeze");
    await untilPrinted(tsm, name, "ready");
    await rotate(tsm, name, 1);
    await tsm.ok("signal", "USR1", name);
    await untilPrinted(tsm, name, "asked");
    assert(!output(tsm, name).includes("continued"));
  },
};
