import { assert } from "@std/assert";
import { until } from "../../e2e/harness.ts";
import { isIdle } from "../../../src/process/linux/is_idle.ts";
import { sendSignal } from "../../../src/process/signals.ts";

/** A process that is ended behind the test. */
function spawn(...[program, ...args]: [string, ...string[]]): AsyncDisposable & { pid: number } {
  const child = new Deno.Command(program, { args, stdin: "null", stdout: "null", stderr: "null" })
    .spawn();
  return {
    pid: child.pid,
    async [Symbol.asyncDispose]() {
      sendSignal(child.pid, "SIGKILL");
      await child.status;
    },
  };
}

Deno.test("isIdle() tells of what only waits, also where it has many threads", async () => {
  await using sleep = spawn("sleep", "60");
  await until("it to be idle", () => isIdle(sleep.pid));
  await using server = spawn(
    Deno.execPath(),
    "eval",
    "Deno.serve({ port: 0 }, () => Response.json(0))",
  );
  await until("the server to be idle", () => isIdle(server.pid));
});

Deno.test("isIdle() is false for what computes, though others leave it no time to", async () => {
  await using busy = spawn("sh", "-c", "while :; do :; done");
  await using _other = spawn("sh", "-c", "while :; do :; done");
  await using _third = spawn("sh", "-c", "while :; do :; done");
  for (let look = 0; look < 5; look++) assert(!await isIdle(busy.pid));
});

Deno.test("isIdle() is false for what waits for its child, and for none", async () => {
  await using parent = spawn("sh", "-c", "sleep 60; exit 1");
  const children = `/proc/${parent.pid}/task/${parent.pid}/children`;
  const child = Number(await until("its child", () => Deno.readTextFileSync(children).trim()));
  await until("the child to be idle", () => isIdle(child));
  assert(!await isIdle(parent.pid));
  Deno.kill(child, "SIGKILL");
  await until("the child to end", async () => !await isIdle(child));
});
