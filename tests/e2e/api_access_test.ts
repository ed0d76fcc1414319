/**
 * Who gets at the API, and what bad questions are answered.
 *
 * @module
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { PROBLEM_KINDS } from "../../src/api/errors.ts";
import { Tsm, until } from "./harness.ts";

/** Asks the supervisor with a token of one's choice. */
async function ask(
  tsm: Tsm,
  path: string,
  { token, ...init }: RequestInit & { readonly token?: string } = {},
): Promise<{ readonly status: number; readonly type: string; readonly said: string }> {
  const address = JSON.parse(tsm.read("runtime", "supervisor.json"));
  const { headers, status, text } = await fetch(`http://127.0.0.1:${address.port}${path}`, {
    ...init,
    headers: { authorization: `Bearer ${token ?? address.token}`, ...init.headers },
  }).then(async (answer) => ({
    headers: answer.headers,
    status: answer.status,
    text: await answer.text(),
  }));
  return { status, type: headers.get("content-type") ?? "", said: text };
}

Deno.test("the token for reading opens every question and no action, until it is renewed", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "web");
  const token = (await tsm.ok("token", "read")).trim();
  assertEquals(tsm.read("runtime", "read.token"), `${token}\n`);
  assertEquals(Deno.statSync(tsm.path("runtime", "read.token")).mode! & 0o777, 0o600);
  assertEquals((await tsm.ok("token", "read")).trim(), token);
  for (
    const path of [
      "/v1/processes",
      "/v1/processes/web",
      "/v1/processes/web/logs",
      "/v1/processes/web/history",
      "/v1/processes/web/metrics",
      "/v1/metrics",
      "/v1/events",
      "/v1/report",
      "/v1/openapi.json",
      "/metrics",
    ]
  ) assertEquals((await ask(tsm, path, { token })).status, 200, path);
  const stop = { method: "POST", body: '{"selectors": ["all"], "keep": false}', token };
  const refused = await ask(tsm, "/v1/stop", stop);
  assertEquals([refused.status, JSON.parse(refused.said).kind], [403, "refused"]);
  assertEquals((await ask(tsm, "/v1/token", { ...stop, body: "{}" })).status, 403);
  assertEquals(Object.keys(await tsm.list()), ["web"]);
  const renewed = (await tsm.ok("token", "read", "--renew")).trim();
  assertEquals((await ask(tsm, "/v1/processes", { token })).status, 401);
  assertEquals((await ask(tsm, "/v1/processes", { token: renewed })).status, 200);
  // It outlives the supervisor.
  await tsm.killSupervisor();
  await tsm.ok("ping", "--start");
  assertEquals((await ask(tsm, "/v1/processes", { token: renewed })).status, 200);
});

Deno.test("a token that others can read opens nothing, and everybody who meets it says so", async () => {
  await using tsm = new Tsm();
  await tsm.ok("ping", "--start");
  for (const kind of ["read", "metrics"]) {
    const token = (await tsm.ok("token", kind)).trim();
    Deno.chmodSync(tsm.path("runtime", `${kind}.token`), 0o644);
    const path = kind === "read" ? "/v1/processes" : "/metrics";
    assertEquals((await ask(tsm, path, { token })).status, 401);
    assertStringIncludes(
      tsm.read("runtime", "supervisor.log"),
      `runtime/${kind}.token is open to other users (mode 644)`,
    );
    const said = await tsm.fails(1, "token", kind);
    assertStringIncludes(said, `'tsm token ${kind} --renew'`);
    const renewed = (await tsm.ok("token", kind, "--renew")).trim();
    assertEquals((await ask(tsm, path, { token: renewed })).status, 200);
  }
  Deno.chmodSync(tsm.path("runtime", "supervisor.json"), 0o644);
  const said = await tsm.fails(1, "start", "sleep 1000");
  assertStringIncludes(said, "is open to other users (mode 644)");
  assertStringIncludes(said, "'chmod 600 ");
  Deno.chmodSync(tsm.path("runtime", "supervisor.json"), 0o600);
  await tsm.ok("ping");
});

Deno.test("a page of another site is refused, whatever token it has; one of this server is not", async () => {
  await using tsm = new Tsm();
  await tsm.ok("ping", "--start");
  const { port } = JSON.parse(tsm.read("runtime", "supervisor.json"));
  const from = (origin: string) => ask(tsm, "/v1/processes", { headers: { origin } });
  for (const origin of ["https://example.com", "null", `http://localhost.example:${port}`]) {
    const { status, type } = await from(origin);
    assertEquals([status, type], [403, "application/problem+json"], origin);
  }
  assertEquals((await from(`http://127.0.0.1:${port}`)).status, 200);
});

/** What is asked wrongly, and what is said of it. */
const BAD_QUESTIONS: readonly (readonly [path: string, status: number, part: string])[] = [
  ["/v1/processes/nobody", 404, "no process 'nobody'"],
  ["/v1/processes/nobody/logs", 404, "no process 'nobody'"],
  ["/v1/processes/nobody/history", 404, "no process 'nobody'"],
  ["/v1/processes/%00", 404, "no process"],
  ["/v1/processes/%ff", 400, "UTF-8"],
  ["/v1/processes/..%2f..%2fsupervisor.json/history", 404, "no process"],
  ["/v1/processes/web/logs?since=yesterday", 400, "since: is no time"],
  ["/v1/processes/web/logs?since=1h&since=2h", 400, "'since' is there twice"],
  ["/v1/processes/web/logs?color=red", 400, "color"],
  ["/v1/processes/web/logs?lines=0", 400, "lines: is no whole number"],
  ["/v1/processes/web/logs?lines=10001", 400, "lines: is more than 10000"],
  ["/v1/processes/web/logs?stream=both", 400, "stream"],
  ["/v1/processes/web/logs?grep=(", 400, "syntax of RE2"],
  ["/v1/processes/web/logs?grep=(?=a)", 400, "look-around"],
  ["/v1/processes/web/logs?since=1h&until=2h", 400, "'until' is not after 'since'"],
  ["/v1/processes/web/logs?follow=true&until=1h", 400, "it has an end"],
  ["/v1/processes/web/logs?follow=yes", 400, "follow"],
  ["/v1/processes/web/metrics?points=5000", 400, "points: is more than 2000"],
  ["/v1/metrics?since=2030-01-01", 400, "'until' is not after 'since'"],
  ["/v1/report?since=-1", 400, "since: is no time"],
  ["/v1/events?until=99999999999999", 400, "until: is no time"],
  ["/v1/nothing", 404, "tsm api openapi"],
  ["/v1/stop", 405, "takes POST"],
];

Deno.test("every bad question is answered with a problem that says what is wrong", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "web");
  for (const [path, status, part] of BAD_QUESTIONS) {
    const answer = await ask(tsm, path);
    const problem = JSON.parse(answer.said);
    assertEquals([answer.status, problem.status], [status, status], `${path}: ${answer.said}`);
    assertEquals(answer.type, "application/problem+json");
    assertEquals(problem.type, "about:blank");
    assertStringIncludes(problem.detail, part, path);
    assert(PROBLEM_KINDS.includes(problem.kind), path);
  }
  // Actions are refused in the same form.
  const post = (path: string, body: string) => ask(tsm, path, { method: "POST", body });
  for (
    const [path, body, status] of [
      ["/v1/stop", '{"selectors": ["nobody"], "keep": true}', 404],
      ["/v1/stop", '{"selectors": []}', 400],
      ["/v1/stop", "no JSON", 400],
      ["/v1/processes", "{}", 405],
    ] as const
  ) {
    const answer = await post(path, body);
    assertEquals([answer.status, answer.type], [status, "application/problem+json"], answer.said);
  }
  assertEquals(Object.keys(await tsm.list()), ["web"]);
});

Deno.test("a search that would take a backtracking engine for ever is answered at once", async () => {
  await using tsm = new Tsm();
  await tsm.ok(
    "start",
    "head -c 60000 /dev/zero | tr '\\0' a; echo '!'; exec sleep 1000",
    "--name",
    "web",
  );
  await until("the line", () => tsm.read("runtime", "processes", "web", "current.out") !== "");
  const { status, said } = await ask(tsm, "/v1/processes/web/logs?grep=(a%2B)%2B$");
  assertEquals([status, said], [200, '{"lines":[]}']);
});
