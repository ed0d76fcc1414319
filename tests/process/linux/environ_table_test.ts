import { assertEquals } from "@std/assert";
import { until } from "../../e2e/harness.ts";
import { parseEnvironTable, readEnvironTable } from "../../../src/process/linux/environ_table.ts";

Deno.test("a process is of tsm if it has both variables", () => {
  const text = [
    "10/environ:TSM_ROOT=/srv/tsm",
    "10/environ:TSM_NAME=api",
    "11/environ:TSM_NAME=web",
    "12/environ:TSM_ROOT=/srv/tsm",
    "",
  ].join("\0");
  assertEquals(parseEnvironTable(text), new Map([[10, { root: "/srv/tsm", name: "api" }]]));
  assertEquals(parseEnvironTable(""), new Map());
});

Deno.test("a command that is told of an event is no part of its process", () => {
  const text = ["TSM_ROOT=/srv/tsm", "TSM_NAME=api", "TSM_EVENT=crash"]
    .map((variable) => `10/environ:${variable}\0`).join("");
  assertEquals(parseEnvironTable(text), new Map());
});

Deno.test("a root with a line break or '=' in its path is read whole", () => {
  const text = "10/environ:TSM_NAME=api\x0010/environ:TSM_ROOT=/srv/a\nb=c\0";
  assertEquals(parseEnvironTable(text).get(10), { root: "/srv/a\nb=c", name: "api" });
});

Deno.test("the value of another variable forges neither", () => {
  const text = [
    "10/environ:X=TSM_NAME=api",
    "10/environ:Y=\n11/environ:TSM_NAME=api",
    "10/environ:Z=\n11/environ:TSM_ROOT=/srv/tsm",
  ].join("\0");
  assertEquals(parseEnvironTable(text), new Map());
});

Deno.test("living processes are found by their variables, and are not fooled by others'", async () => {
  const spawn = (env: Record<string, string>) =>
    new Deno.Command("sleep", { args: ["60"], env, clearEnv: true }).spawn();
  const ours = spawn({ TSM_ROOT: "/srv/tsm test", TSM_NAME: "api" });
  const forger = spawn({ X: "\nTSM_ROOT=/srv/tsm test\nTSM_NAME=api", TSM_NAMES: "api" });
  try {
    await until("the forger", () => {
      return Deno.readTextFileSync(`/proc/${forger.pid}/environ`).includes("TSM_NAMES=api");
    });
    const table = await until("our process", async () => {
      const table = await readEnvironTable();
      return table.has(ours.pid) ? table : undefined;
    });
    assertEquals(table.get(ours.pid), { root: "/srv/tsm test", name: "api" });
    assertEquals(table.get(forger.pid), undefined);
  } finally {
    for (const child of [ours, forger]) {
      child.kill("SIGKILL");
      await child.status;
    }
  }
});
