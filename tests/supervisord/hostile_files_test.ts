import { assertEquals, assertThrows } from "@std/assert";
import { expand } from "../../src/supervisord/expand.ts";
import { readIni } from "../../src/supervisord/ini.ts";
import { readVariables, splitCommand } from "../../src/supervisord/shlex.ts";

/** Long enough that time which grows by its square would be minutes. */
const MANY = 400_000;

Deno.test("the time to read a file grows with its length only", () => {
  const ends = (action: () => unknown) => {
    try {
      action();
    } catch (error) {
      if (!(error instanceof Deno.errors.InvalidData)) throw error;
    }
  };
  const nothing = () => "";
  for (const part of [" ", "'", '"', "%(", "%(a", "\\", "a=", ";", "#", "[", "=", "0", "%%"]) {
    const text = `x${part.repeat(MANY)}x`;
    ends(() => readIni(`[a]\n${text}\n`));
    ends(() => readIni(`[a]\nb =${text}\n`));
    ends(() => readVariables(text));
    ends(() => splitCommand(text));
    ends(() => expand(text, {}, nothing));
  }
  ends(() => readIni(`[a]\nb = c\n${" d\n".repeat(MANY)}`));
});

Deno.test("values do not grow without bound", () => {
  const error = assertThrows(
    () => expand("%(a)s".repeat(10_000), { a: "x".repeat(10_000) }, () => ""),
    Deno.errors.InvalidData,
  );
  assertEquals(error.message, "it becomes too long");
  assertThrows(() => expand("%(a)9999999999d", { a: 1 }, () => ""), Deno.errors.InvalidData);
});
