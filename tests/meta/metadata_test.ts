import { assert, assertEquals, assertThrows } from "@std/assert";
import { formatMeta, type Meta, parseMeta, readMeta, writeMeta } from "../../src/meta/metadata.ts";
import { TemporaryRoot } from "../temporary_root.ts";
import { makeMeta } from "./make_meta.ts";

Deno.test("meta.json has the fields of docs/files.md, in that order", () => {
  assertEquals(
    formatMeta(makeMeta()),
    `{
  "tsm_id": 1,
  "name": "devpages-4000",
  "pid": 12345,
  "command": "node server.js",
  "cwd": "/home/user/devpages",
  "interpreter": "node",
  "port": 4000,
  "status": "online",
  "start_time": 1697234567,
  "restarts": 2,
  "unstable_restarts": 0,
  "env_file": "/path/to/local.env",
  "pid_start": 987654
}
`,
  );
});

Deno.test("absent values of the source's fields are null, others are there only when set", () => {
  const stopped = makeMeta({
    // Given out of order on purpose.
    intent: "delete",
    retry_at: 1697234600,
    stopped_by: "policy",
    reason: "exited with code 7",
    exit_code: 7,
    pid: null,
    interpreter: null,
    port: null,
    status: "stopped",
    start_time: null,
    env_file: null,
    pid_start: null,
  });
  assertEquals(
    formatMeta(stopped),
    `{
  "tsm_id": 1,
  "name": "devpages-4000",
  "pid": null,
  "command": "node server.js",
  "cwd": "/home/user/devpages",
  "interpreter": null,
  "port": null,
  "status": "stopped",
  "start_time": null,
  "restarts": 2,
  "unstable_restarts": 0,
  "env_file": null,
  "pid_start": null,
  "exit_code": 7,
  "reason": "exited with code 7",
  "stopped_by": "policy",
  "retry_at": 1697234600,
  "intent": "delete"
}
`,
  );
});

const LEGACY: readonly (readonly [reason: string, stopper: Meta["stopped_by"]])[] = [
  ["stopped on request", "request"],
  ["reboot", "reboot"],
  ["exited with code 0", undefined],
  ["constructor", undefined],
];

for (const [reason, stopper] of LEGACY) {
  Deno.test(`of tsm 0.1.0, which had no field for it, '${reason}' says who stopped it: ${stopper}`, () => {
    const text = JSON.stringify(makeMeta({ status: "stopped", reason, intent: "start" }));
    const meta = parseMeta(text);
    assertEquals(meta.stopped_by, stopper);
    const keys = Object.keys(meta).slice(-3).filter((key) => key !== "pid_start");
    assertEquals(
      keys,
      stopper ? ["reason", "stopped_by", "intent"] : ["reason", "intent"],
    );
  });
}

Deno.test("a reason says nothing of who stopped a process that has not been stopped, or where the field does", () => {
  const waiting = makeMeta({ status: "waiting", reason: "reboot" });
  assertEquals(parseMeta(JSON.stringify(waiting)).stopped_by, undefined);
  const failed = makeMeta({ status: "stopped", reason: "reboot", stopped_by: "failure" });
  assertEquals(parseMeta(JSON.stringify(failed)).stopped_by, "failure");
});

Deno.test("one whom only a newer tsm knows to stop processes counts as nobody, and damages nothing", () => {
  for (const stopped_by of ["budget", 7, null]) {
    const text = JSON.stringify({ ...makeMeta({ status: "stopped" }), stopped_by });
    assertEquals(parseMeta(text), makeMeta({ status: "stopped" }));
  }
});

Deno.test("the order of the fields does not depend on the order they were set in", () => {
  const backwards = Object.fromEntries(Object.entries(makeMeta()).reverse()) as unknown as Meta;
  assertEquals(formatMeta(backwards), formatMeta(makeMeta()));
});

Deno.test("meta.json of an ordinary process is under 500 bytes", () => {
  const ordinary = makeMeta({
    tsm_id: 123,
    name: "customer-service-backend-3000",
    pid: 4194304,
    cwd: "/home/developer/projects/customer-service-backend",
    start_time: 1760380400,
    restarts: 1234,
    env_file: "/home/developer/projects/customer-service-backend/.env",
    pid_start: 4294967295,
  });
  assert(new TextEncoder().encode(formatMeta(ordinary)).length < 500);
});

Deno.test("what is written is what is read", () => {
  using temporary = new TemporaryRoot();
  const meta = makeMeta({ command: `sh -c 'echo "ä\n"'`, exit_signal: "SIGKILL", intent: "stop" });
  temporary.process(meta.name);
  writeMeta(temporary.root, meta);
  assertEquals(readMeta(temporary.root, meta.name), meta);
});

Deno.test("a meta.json that is not there is not found", () => {
  using temporary = new TemporaryRoot();
  temporary.process("api");
  assertThrows(() => readMeta(temporary.root, "api"), Deno.errors.NotFound);
});

Deno.test("a meta.json of another process, as in a copied directory, is refused", () => {
  using temporary = new TemporaryRoot();
  const { meta } = temporary.process("api");
  Deno.writeTextFileSync(meta, formatMeta(makeMeta({ name: "web" })));
  assertThrows(() => readMeta(temporary.root, "api"), Deno.errors.InvalidData, "'web'");
});

const WRONG: readonly (readonly [keyof Meta, unknown, string])[] = [
  ["tsm_id", 0, "tsm_id: expected a whole number from 1, found 0"],
  ["tsm_id", "1", 'tsm_id: expected a whole number from 1, found "1"'],
  ["name", "../etc", 'name: expected a valid name, found "../etc"'],
  ["name", undefined, "name: expected a valid name, found nothing"],
  ["pid", -1, "pid: expected a whole number from 1 or null, found -1"],
  ["pid", 0, "pid: expected a whole number from 1 or null, found 0"],
  ["pid", 1.5, "pid: expected a whole number from 1 or null, found 1.5"],
  ["pid", undefined, "pid: expected a whole number from 1 or null, found nothing"],
  ["command", null, "command: expected a string, found null"],
  ["cwd", 3, "cwd: expected a string, found 3"],
  ["interpreter", ["node"], 'interpreter: expected a string or null, found ["node"]'],
  ["port", 65536, "port: expected a port number or null, found 65536"],
  ["port", 0, "port: expected a port number or null, found 0"],
  ["status", "running", "status: expected one of launching, online, "],
  ["start_time", "now", 'start_time: expected a number or null, found "now"'],
  ["restarts", -1, "restarts: expected a whole number, found -1"],
  ["restarts", null, "restarts: expected a whole number, found null"],
  ["unstable_restarts", true, "unstable_restarts: expected a whole number, found true"],
  ["env_file", {}, "env_file: expected a string or null, found {}"],
  ["pid_start", "7", 'pid_start: expected a whole number or null, found "7"'],
  ["exit_code", null, "exit_code: expected a number, found null"],
  ["exit_signal", 9, "exit_signal: expected a string, found 9"],
  ["retry_at", "soon", 'retry_at: expected a number, found "soon"'],
  ["intent", "explode", "intent: expected one of start, restart, stop, delete"],
];

for (const [field, value, message] of WRONG) {
  Deno.test(`a damaged field is named: ${field} is ${JSON.stringify(value)}`, () => {
    const text = JSON.stringify({ ...makeMeta(), [field]: value });
    assertThrows(() => parseMeta(text), Deno.errors.InvalidData, message);
  });
}

for (const text of ["", "{", '{"tsm_id": 1,', "\0\0\0\0"]) {
  Deno.test(`what is no JSON is said to be none: ${JSON.stringify(text)}`, () => {
    assertThrows(() => parseMeta(text), Deno.errors.InvalidData, "not JSON");
  });
}

for (const text of ["null", "[]", "7", '"meta"']) {
  Deno.test(`what is no object is said to be none: ${text}`, () => {
    assertThrows(() => parseMeta(text), Deno.errors.InvalidData, "not a JSON object");
  });
}
