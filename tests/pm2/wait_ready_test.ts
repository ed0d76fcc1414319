import { assertEquals } from "@std/assert";
import { settingsOf } from "../../src/pm2/pm2_app.ts";

function waitReadyOf(runner: string, hasPort: boolean, settings: Record<string, unknown> = {}) {
  const notes: string[] = [];
  const app = { environments: {}, settings, waitReady: true };
  const { wait_ready } = settingsOf(app, { cwd: "/", hasPort, runner }, (note) => notes.push(note));
  return [wait_ready, notes.length];
}

Deno.test("wait_ready of a node program means process.send, of others their port", () => {
  assertEquals(waitReadyOf("node", true), ["message", 0]);
  assertEquals(waitReadyOf("/usr/bin/node --max-old-space-size=200", false), ["message", 0]);
  assertEquals(waitReadyOf("npm", false), ["message", 0]);
  assertEquals(waitReadyOf("python3", true), ["port", 0]);
  assertEquals(waitReadyOf("bun", false), [undefined, 1]);
});

Deno.test("a node program of another user cannot be heard: its port is waited for", () => {
  assertEquals(waitReadyOf("node", true, { user: "www-data" }), ["port", 0]);
  assertEquals(waitReadyOf("node", false, { user: "www-data" }), [undefined, 1]);
});
