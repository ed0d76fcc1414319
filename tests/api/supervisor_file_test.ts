import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { readSupervisorFile, writeSupervisorFile } from "../../src/api/supervisor_file.ts";
import { TemporaryRoot } from "../temporary_root.ts";

const ADDRESS = {
  pid: 7,
  port: 40000,
  token: "ab".repeat(32),
  version: "1.2.3",
  started: 1697234567,
};

Deno.test("supervisor.json holds the token, so only its owner may read it", () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  assertEquals(readSupervisorFile(root), undefined);
  writeSupervisorFile(root, ADDRESS);
  assertEquals(Deno.statSync(root.supervisorJson).mode! & 0o777, 0o600);
  assertEquals(readSupervisorFile(root), ADDRESS);
});

for (
  const [field, value] of [["pid", 0], ["port", 65536], ["token", "short"], [
    "version",
    null,
  ]] as const
) {
  Deno.test(`a damaged supervisor.json is told with its path and field: ${field}`, () => {
    using temporary = new TemporaryRoot();
    const { root } = temporary;
    const text = JSON.stringify({ ...ADDRESS, [field]: value });
    Deno.writeTextFileSync(root.supervisorJson, text, { mode: 0o600 });
    const expected = `${root.supervisorJson}: ${field}: `;
    assertThrows(() => readSupervisorFile(root), Deno.errors.InvalidData, expected);
  });
}

Deno.test("a torn supervisor.json is told with its path", () => {
  using temporary = new TemporaryRoot();
  Deno.writeTextFileSync(temporary.root.supervisorJson, `{"pid":`, { mode: 0o600 });
  const expected = `${temporary.root.supervisorJson}: `;
  assertThrows(() => readSupervisorFile(temporary.root), Deno.errors.InvalidData, expected);
});

Deno.test("a supervisor.json that others can read is refused, with what to do", () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  writeSupervisorFile(root, ADDRESS);
  for (const mode of [0o644, 0o640, 0o602]) {
    Deno.chmodSync(root.supervisorJson, mode);
    const expected = `is open to other users (mode ${mode.toString(8)})`;
    const error = assertThrows(
      () => readSupervisorFile(root),
      Deno.errors.PermissionDenied,
      expected,
    );
    assertStringIncludes(error.message, `'chmod 600 ${root.supervisorJson}'`);
  }
});
