import { assertEquals, assertStringIncludes } from "@std/assert";
import { startCommand } from "../../src/cli/commands/start.ts";
import { readArguments } from "../../src/cli/parse/read_arguments.ts";
import { readSettingFlags } from "../../src/cli/start/setting_flags.ts";
import { checkSpec, type Spec } from "../../src/meta/spec.ts";
import { startLine } from "../../src/meta/start_line.ts";
import { splitWords } from "../../src/program/shell_words.ts";

Deno.test("the line that starts a process anew says of its dependencies what their flag takes", () => {
  const depends_on: Spec["depends_on"] = {
    db: "healthy",
    cache: { condition: "started", restart: true },
    fill: { condition: "exited", once: true },
  };
  const on: Spec["on"] = { crash: "logger -t api", failure: "true" };
  const spec = checkSpec({ command: "api", argv: ["api"], cwd: "/srv", depends_on, on });
  const line = startLine("api", spec);
  assertStringIncludes(line, "--depends-on cache:started,restart");
  const words = splitWords(line)!.slice(2);
  assertEquals(readSettingFlags(readArguments(startCommand, words), "/"), { depends_on, on });
});
