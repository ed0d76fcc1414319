import { assertEquals } from "@std/assert";
import { main } from "../../../src/cli/start_main.ts";

const LEFT: Readonly<Record<string, readonly string[]>> = {
  "its help": ["start", "server.js", "--help"],
  "the default file": ["start", "--only", "api"],
  "a file that lists processes": ["start", "tsm.jsonc"],
  "several files": ["start", "one.yaml", "ecosystem.config.js"],
  "standard input": ["start", "-"],
  "a flag of PM2's": ["start", "server.js", "--max-memory-restart", "100M"],
  "a flag that takes its value as PM2's does": ["start", "server.js", "--instances", "max"],
  "PM2's switch to wait for a message": ["start", "--wait-ready", "--name", "api", "server.js"],
  "a flag that nobody knows": ["start", "server.js", "--nmae", "api"],
  "a flag without its value": ["start", "server.js", "--name"],
};

for (const [what, args] of Object.entries(LEFT)) {
  Deno.test(`the main of 'tsm start' leaves ${what} to that of all commands`, () => {
    assertEquals(main(args), undefined);
  });
}
