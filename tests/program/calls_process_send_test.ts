import { assertEquals } from "@std/assert";
import { callsProcessSend } from "../../src/program/calls_process_send.ts";
import { TemporaryRoot } from "../temporary_root.ts";

Deno.test("a script of node's that calls process.send is found", () => {
  using temporary = new TemporaryRoot();
  temporary.write("ready.js", `server.listen(0, () => process.send("ready"));\n`);
  temporary.write("plain.js", `console.log("process.sender");\n`);
  const calls = (...argv: string[]) => callsProcessSend({ argv, cwd: temporary.work });
  assertEquals(calls("node", "ready.js"), true);
  assertEquals(calls("/usr/bin/node", "--max-old-space-size=9", "./ready.js", "x"), true);
  for (
    const argv of [["node", "plain.js"], ["node"], ["node", "gone.js"], ["node", "."], [
      "bun",
      "ready.js",
    ]]
  ) {
    assertEquals(calls(...argv), false, argv.join(" "));
  }
});
