import { assertThrows } from "@std/assert";
import { checkProgram } from "../../src/program/check_program.ts";
import { TemporaryRoot } from "../temporary_root.ts";

const ENV = { PATH: "/usr/bin:/bin" };

Deno.test("a program or the script of its interpreter that is missing is told", () => {
  using place = new TemporaryRoot();
  place.write("app.py", "");
  const check = (interpreter: string | null, ...argv: string[]) =>
    checkProgram({ argv, cwd: place.work, interpreter }, ENV);
  const refused = (interpreter: string | null, ...argv: string[]) =>
    assertThrows(() => check(interpreter, ...argv), Deno.errors.NotFound, "its ");
  check("sh", "sh", "app.py", "gone.py");
  check(null, "sleep", "gone.py");
  refused(null, "no-such-program");
  refused(null, "./gone");
  refused("sh", "sh", "gone.py");
  refused("sh", "/bin/sh", "gone.py");
});

Deno.test("what an interpreter may find by itself is not looked for", () => {
  using place = new TemporaryRoot();
  const words = [["-c", "gone.py"], ["gone"], ["gone.sh"], ["."], []];
  for (const argv of words) {
    checkProgram({ argv: ["sh", ...argv], cwd: place.work, interpreter: "sh" }, ENV);
  }
  // Of a script that runs itself, the words behind it are its own.
  place.write("tool", "#!/bin/sh\n", 0o755);
  checkProgram({ argv: ["./tool", "gone.py"], cwd: place.work, interpreter: "sh" }, ENV);
});
