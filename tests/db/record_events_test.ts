import { assert, assertEquals, assertThrows } from "@std/assert";
import { readHistory } from "../../src/db/read_history.ts";
import { recordEvents } from "../../src/db/record_events.ts";
import { dayPath, historyPath } from "../../src/root.ts";
import { TemporaryRoot } from "../temporary_root.ts";

function lines(path: string): Record<string, unknown>[] {
  return Deno.readTextFileSync(path).trimEnd().split("\n").map((line) => JSON.parse(line));
}

/** The lines of all days' files: a test may run over midnight. */
function events(temporary: TemporaryRoot): Record<string, unknown>[] {
  const { events } = temporary.root;
  const days = [...Deno.readDirSync(events)].map(({ name }) => name).sort();
  assert(days.at(-1)! <= dayPath("x", new Date()).slice(2));
  return days.flatMap((day) => lines(`${events}/${day}`));
}

Deno.test("an event of a process is a line of the day, and one with its detail in its history", () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  const detail = { pid: 7, exit_signal: "SIGKILL", uptime: 5, reason: "killed by SIGKILL" };
  recordEvents(root, "myapp-3000", [{ event: "crash", detail: detail }]);
  const [event] = events(temporary);
  assertEquals(Object.keys(event!), ["time", "event", "name"]);
  assertEquals([event!["event"], event!["name"]], ["crash", "myapp-3000"]);
  assert(Number.isInteger(event!["time"]));
  const [entry] = lines(historyPath(root, "myapp-3000"));
  assertEquals(entry, { ...event, ...detail });
});

Deno.test("an event of the supervisor is in no process's history", () => {
  using temporary = new TemporaryRoot();
  recordEvents(temporary.root, null, [{ event: "supervisor_start", detail: {} }]);
  assertEquals(events(temporary)[0]?.["name"], null);
  assertEquals([...Deno.readDirSync(temporary.root.history)], []);
});

Deno.test("history is read oldest first, and damaged lines are passed over", () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  assertEquals(readHistory(root, "api"), []);
  recordEvents(root, "api", [{ event: "start", detail: { pid: 1 } }]);
  Deno.writeTextFileSync(
    historyPath(root, "api"),
    '{"torn\nnull\n[]\n{"time":"x","event":"stop"}\n{"time":1,"event":"party"}\n',
    { append: true },
  );
  recordEvents(root, "api", [{ event: "stop", detail: { pid: 1 } }]);
  assertEquals(readHistory(root, "api").map(({ event }) => event), ["start", "stop"]);
});

Deno.test("of a long history only the last part is read, with the run it begins in", () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  const day = 86_400;
  const events = ["start", "crash", "restart", "crash", "restart", "online", "crash", "errored"];
  Deno.writeTextFileSync(
    historyPath(root, "api"),
    events.map((event, index) => `${JSON.stringify({ time: index * day, event })}\n`).join(""),
  );
  const timesSince = (days?: number) =>
    readHistory(root, "api", undefined, days && days * day).map(({ time }) => time / day);
  assertEquals(timesSince(), [0, 1, 2, 3, 4, 5, 6, 7]);
  assertEquals(timesSince(100), [4, 5, 6, 7]);
  assertEquals(timesSince(4.5), [2, 3, 4, 5, 6, 7]);
});

Deno.test("no history is written for a name that would lead elsewhere", () => {
  using temporary = new TemporaryRoot();
  assertThrows(
    () => recordEvents(temporary.root, "../x", [{ event: "start", detail: {} }]),
    Deno.errors.InvalidData,
  );
});
