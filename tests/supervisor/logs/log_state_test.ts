import { assert, assertEquals } from "@std/assert";
import { checkSpec } from "../../../src/meta/spec.ts";
import { excessOf } from "../../../src/supervisor/logs/cut_excess.ts";
import {
  closeLog,
  dueReason,
  initialLogStates,
  isUnchanged,
  openLog,
} from "../../../src/supervisor/logs/log_state.ts";
import { TemporaryRoot } from "../../temporary_root.ts";

Deno.test("a rotation by the clock stays due until it is done, an empty log's does not", () => {
  using temporary = new TemporaryRoot();
  temporary.process("a");
  const [log] = initialLogStates(temporary.root, "a");
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

Deno.test("isUnchanged() sees a log grow and shrink, and knows nothing of one that is not held", () => {
  using temporary = new TemporaryRoot();
  temporary.process("a");
  const [log] = initialLogStates(temporary.root, "a");
  const { current } = log!.paths;
  openLog(log!);
  assert(!isUnchanged(log!, Date.now()), "there is none yet");
  Deno.writeTextFileSync(current, "one\n");
  log!.size = 4;
  assert(!isUnchanged(log!, Date.now()), "it is not held");
  openLog(log!);
  assert(isUnchanged(log!, Date.now()));
  Deno.writeTextFileSync(current, "two\n", { append: true });
  assert(!isUnchanged(log!, Date.now()), "it grew");
  Deno.truncateSync(current, 2);
  assert(!isUnchanged(log!, Date.now()), "it shrank");
  log!.size = 2;
  assert(isUnchanged(log!, Date.now()));
  closeLog(log!);
  assert(!isUnchanged(log!, Date.now()));
});

Deno.test("isUnchanged() asks for a look at the path now and then", () => {
  using temporary = new TemporaryRoot();
  temporary.process("a");
  const [log] = initialLogStates(temporary.root, "a");
  Deno.writeTextFileSync(log!.paths.current, "");
  const now = Date.now();
  const ticksAfter = (silence: number) => {
    openLog(log!);
    log!.grewAt = now - silence;
    while (isUnchanged(log!, now)) log!.unseen++;
    return log!.unseen;
  };
  assertEquals(ticksAfter(59_000), 2);
  assertEquals(ticksAfter(61_000), 11, "once a minute, where it is silent");
  openLog(log!);
  assert(isUnchanged(log!, now));
  closeLog(log!);
});

Deno.test("a log that was rotated a moment ago is so again only where it is large by then", () => {
  using temporary = new TemporaryRoot();
  temporary.process("a");
  const [log] = initialLogStates(temporary.root, "a");
  const spec = checkSpec({ command: "yes", argv: ["yes"], cwd: "/", log_max_size: 100 });
  const due = (size: number, rotated: number) =>
    dueReason(spec, { ...log!, size, rotatedAt: performance.now() - rotated }, Date.now());
  assertEquals(due(100, Infinity), "by size");
  assertEquals(due(100, 5), undefined);
  assertEquals(due(20_000_000, 5), "by size");
  assertEquals(due(100, 1500), "by size");
});

Deno.test("a log is beyond its limits only where a total is set", () => {
  const spec = checkSpec({ command: "yes", argv: ["yes"], cwd: "/", log_max_size: 100 });
  assertEquals(excessOf(spec, 1e9), 0);
  assertEquals(excessOf({ ...spec, log_max_total: 200 }, 300), 0);
  assertEquals(excessOf({ ...spec, log_max_total: 200 }, 301), 1);
});
