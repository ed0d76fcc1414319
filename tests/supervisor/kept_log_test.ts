import { assertEquals } from "@std/assert";
import { checkSpec } from "../../src/meta/spec.ts";
import { dueReason, keptLogs } from "../../src/supervisor/kept_log.ts";
import { TemporaryRoot } from "../temporary_root.ts";

Deno.test("a rotation by the clock stays due until it is done, an empty log's does not", () => {
  using temporary = new TemporaryRoot();
  temporary.process("a");
  const [log] = keptLogs(temporary.root, "a");
  const spec = checkSpec({
    command: "sleep 1",
    argv: ["sleep", "1"],
    cwd: "/",
    log_rotate: "hourly",
    log_max_size: 0,
  });
  const at = (clock: string) => Date.parse(`2024-10-13T${clock}Z`);
  log!.clockFrom = at("14:05:00");
  log!.size = 0;
  assertEquals(dueReason(spec, log!, at("14:59:59")), undefined);
  assertEquals(dueReason(spec, log!, at("15:00:01")), undefined);
  log!.size = 5;
  assertEquals(dueReason(spec, log!, at("15:00:06")), undefined, "the hour of the empty log");
  assertEquals(dueReason(spec, log!, at("16:00:01")), "by the clock");
  assertEquals(dueReason(spec, log!, at("16:00:31")), "by the clock", "it failed, and is retried");
});
