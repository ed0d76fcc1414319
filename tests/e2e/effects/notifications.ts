import { assertEquals } from "@std/assert";
import type { NOTIFICATION_SETTINGS } from "../../../src/settings/table/notifications.ts";
import { until } from "../harness.ts";
import { type Effects, FOREVER, start, textOf, untilListed } from "./effect.ts";

/** Who is told of what happens to a process. */
export const NOTIFICATION_EFFECTS: Effects<typeof NOTIFICATION_SETTINGS> = {
  async on(tsm, name) {
    await start(tsm, name, FOREVER, "--on", `online=echo told >${name}`);
    await until("the command", () => textOf(tsm, name) === "told\n");
  },
  async on_limit(tsm, name) {
    const flags = ["--on", `failure=echo told >>${name}`, "--on-limit", "1"];
    await start(tsm, name, FOREVER, "--max-restarts", "0", "--min-uptime", "1h", ...flags);
    Deno.kill((await tsm.list())[name]!.pid!, "SIGKILL");
    // A crash, and that it is given up: two events.
    await untilListed(tsm, name, ({ status }) => status === "errored");
    await until("the command", () => textOf(tsm, name) !== "");
    await until("the sum", () => tsm.read("runtime/notices.json").includes(`"names":["${name}"]`));
    assertEquals(textOf(tsm, name), "told\n");
  },
  async on_timeout(tsm, name) {
    const flags = ["--on", "online=sleep 1000", "--on-timeout", "200ms"];
    await start(tsm, name, FOREVER, ...flags);
    await until("its end", () =>
      tsm.read("runtime/supervisor.log")
        .includes(`${name}: its command for online 'sleep 1000' has not ended within 0.2 s`));
  },
};
