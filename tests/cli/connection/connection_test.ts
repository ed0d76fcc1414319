import { assertEquals } from "@std/assert";
import { writeSupervisorFile } from "../../../src/api/supervisor_file.ts";
import { tryLockSupervisor } from "../../../src/api/supervisor_lock.ts";
import { findSupervisor } from "../../../src/cli/connection/connection.ts";
import { TemporaryRoot } from "../../temporary_root.ts";

Deno.test("the address that a killed supervisor has left is not taken for the next one's", async () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  const killed = new Deno.Command("true").spawn();
  await killed.status;
  const address = { pid: killed.pid, port: 1, token: "0".repeat(64), version: "", started: 0 };
  writeSupervisorFile(root, address);
  assertEquals(await findSupervisor(root), undefined);
  using _lock = tryLockSupervisor(root);
  const found = findSupervisor(root);
  const next = { ...address, pid: Deno.pid };
  writeSupervisorFile(root, next);
  assertEquals(await found, next);
});
