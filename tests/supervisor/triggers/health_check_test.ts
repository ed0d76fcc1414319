import { assertRejects } from "@std/assert";
import { checkHealth } from "../../../src/supervisor/triggers/health_check.ts";

/** Makes an http check of a server that gives `answer`. */
async function check(body: string, answer: string): Promise<void> {
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => new Response(answer),
  );
  const times = { interval: 1000, timeout: 5000, retries: 1, grace: 0 };
  const url = `http://127.0.0.1:${server.addr.port}/`;
  await checkHealth({ type: "http", url, body, ...times }, {
    port: null,
    run: () => Promise.reject(new Error("nothing is to be run")),
  });
}

Deno.test("a pattern that would go back again and again holds up no health check", async () => {
  // JavaScript's own would not come back from this in the life of the machine.
  await assertRejects(() => check("/(a+)+$/", "a".repeat(4000) + "b"), Error, "answered without");
});

Deno.test("a health check finds a pattern anywhere in an answer", async () => {
  await check("/STATUS:\\s*ok/i", `${"x".repeat(100_000)} status: ok`);
});

Deno.test("a pattern with look-around, too, is searched for in the beginning of an answer", async () => {
  const body = "/ok(?! not)/";
  await check(body, "all is ok");
  await assertRejects(() => check(body, "ok not"), Error, "answered without");
  const late = `${"x".repeat(10_000)} ok`;
  await assertRejects(() => check(body, late), Error, "answered without");
});
