import { assertEquals, assertRejects } from "@std/assert";
import { readEnvironTable } from "../../../src/process/linux/environ_table.ts";
import { readLogHolders } from "../../../src/process/linux/log_holders.ts";
import { readListeningPorts } from "../../../src/process/linux/port.ts";
import {
  readProcesses,
  readProcessesSync,
  readProcessTable,
} from "../../../src/process/linux/read_process_table.ts";
import { lookUpUser } from "../../../src/process/user.ts";
import { findWriters } from "../../../src/process/linux/log_writers.ts";
import { withFailing } from "../../with_failing.ts";

const OWNER = {
  name: "x",
  user: null,
  root: "/nowhere",
  logs: [],
  run: { pid: Deno.pid, start: 0 },
  excluded: new Set<number>(),
};

Deno.test("where cat fails, no process is taken for dead and no port for free", async () => {
  const { pid } = Deno;
  await withFailing("cat", async () => {
    await assertRejects(() => readProcesses([pid]), Deno.errors.UnexpectedEof);
    await assertRejects(async () => await readProcessesSync([pid]), Deno.errors.UnexpectedEof);
    await assertRejects(() => readListeningPorts(), Deno.errors.UnexpectedEof);
  });
  assertEquals([...(await readProcesses([pid])).keys()], [pid]);
});

Deno.test("where grep fails, no process is taken for another's or for dead", async () => {
  const writers = await findWriters(OWNER);
  await withFailing("grep", async () => {
    await assertRejects(() => readEnvironTable(), Deno.errors.UnexpectedEof);
    await assertRejects(() => readProcessTable(), Deno.errors.UnexpectedEof);
    await assertRejects(() => writers.look(), Deno.errors.UnexpectedEof);
    await assertRejects(() => findWriters(OWNER), Deno.errors.UnexpectedEof);
  });
});

Deno.test("where find or stat fails, nobody is taken for one that does not hold a log", async () => {
  for (const program of ["find", "stat"]) {
    await withFailing(program, async () => {
      await assertRejects(() => readLogHolders(), Deno.errors.UnexpectedEof);
    });
  }
});

Deno.test("where getent fails, no user is taken for missing", async () => {
  await withFailing("getent", async () => {
    await assertRejects(() => lookUpUser("root"), Deno.errors.UnexpectedEof, "code 1");
  });
  await assertRejects(() => lookUpUser("nobody-of-that-name"), Deno.errors.NotFound);
  assertEquals((await lookUpUser("root")).uid, 0);
});
