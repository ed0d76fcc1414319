import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { BoundedServer } from "../../src/api/server/bounded_server.ts";
import { makeLinkWord } from "../../src/web/link_word.ts";
import { Sessions } from "../../src/web/sessions.ts";
import { createWebHandler } from "../../src/web/web_handler.ts";

const TOKEN = "a".repeat(64);
const PORT = 4780;

/** The page's server, and a supervisor behind it that answers what it was asked. */
class TestWeb implements AsyncDisposable {
  readonly #supervisor = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    async (request) =>
      Response.json({
        method: request.method,
        path: new URL(request.url).pathname + new URL(request.url).search,
        authorization: request.headers.get("authorization"),
        body: request.method === "POST" ? await request.json() : null,
      }),
  );
  readonly #server: BoundedServer;
  token = TOKEN;

  constructor(isReadOnly = false) {
    this.#server = new BoundedServer({
      port: 0,
      onReopened: () => {},
      handler: createWebHandler({
        files: new Map([["/", { type: "text/html", text: "<!doctype html>" }]]),
        sessions: new Sessions(),
        port: PORT,
        isReadOnly,
        about: { version: "1", root: "/root" },
        upstream: () => ({ port: this.#supervisor.addr.port, token: this.token }),
      }),
    });
  }

  ask(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(`http://127.0.0.1:${this.#server.port}${path}`, init);
  }

  post(path: string, body: unknown, headers: HeadersInit = {}): Promise<Response> {
    return this.ask(path, { method: "POST", headers, body: JSON.stringify(body) });
  }

  /** Sends what `fetch` would not send. */
  async raw(text: string): Promise<string> {
    using connection = await Deno.connect({ hostname: "127.0.0.1", port: this.#server.port });
    await connection.write(new TextEncoder().encode(text));
    return await new Response(connection.readable).text();
  }

  /** The headers of a page that was opened by a link. */
  async openPage(): Promise<{ readonly authorization: string }> {
    const now = Date.now() / 1000;
    const word = await makeLinkWord({ token: this.token, port: PORT }, now);
    const { session } = await (await this.post("/session", word)).json();
    return { authorization: `Bearer ${session}` };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
    await this.#supervisor.shutdown();
  }
}

/** The status of an answer, which is not looked at further. */
async function statusOf(answer: Promise<Response>): Promise<number> {
  const { status, body } = await answer;
  await body?.cancel();
  return status;
}

Deno.test("what a page asks goes on to the supervisor, with the token and not with its session", async () => {
  await using web = new TestWeb();
  const headers = await web.openPage();
  assertEquals(await (await web.ask("/v1/processes/api/logs?lines=5", { headers })).json(), {
    method: "GET",
    path: "/v1/processes/api/logs?lines=5",
    authorization: `Bearer ${TOKEN}`,
    body: null,
  });
  const restart = await web.post("/v1/restart", { selectors: ["api"] }, headers);
  assertEquals((await restart.json()).body, { selectors: ["api"] });
  for (const wrong of ["", "Bearer ", `Bearer ${TOKEN}`, `Bearer ${"0".repeat(64)}`]) {
    const refused = web.ask("/v1/processes", { headers: { authorization: wrong } });
    assertEquals(await statusOf(refused), 401);
  }
});

Deno.test("a page has nothing done but its five actions, and names no program, no environment and no user", async () => {
  await using web = new TestWeb();
  const headers = await web.openPage();
  const wanted: readonly (readonly [path: string, body: unknown])[] = [
    ["/v1/start", { definitions: [{ words: ["sh", "-c", "id"], cwd: "/" }] }],
    ["/v1/restart", { selectors: ["api"], environment: { LD_PRELOAD: "/tmp/x.so" } }],
    ["/v1/restart", { selectors: ["a", "b"] }],
    ["/v1/stop", { selectors: ["api"], keep: false }],
    ["/v1/shutdown", { keep_processes: false }],
    ["/v1/set", { key: "on.crash", value: "id" }],
    ["/v1/token", { kind: "read", renew: true }],
    ["/v1/scale", { selector: "api", relative: true, number: 900 }],
    ["/v1/__proto__", {}],
  ];
  for (const [path, body] of wanted) {
    assertEquals(await statusOf(web.post(path, body, headers)), 404, path);
  }
  const huge = { selectors: ["a".repeat(100_000)] };
  assertEquals(await statusOf(web.post("/v1/restart", huge, headers)), 404);
});

Deno.test("with a token that may only read nothing is done, and where it is renewed nothing is read", async () => {
  await using web = new TestWeb(true);
  const headers = await web.openPage();
  assertEquals(await statusOf(web.ask("/v1/processes", { headers })), 200);
  assertEquals(await statusOf(web.post("/v1/restart", { selectors: ["a"] }, headers)), 403);
  web.token = "b".repeat(64);
  const withdrawn = await web.ask("/v1/processes", { headers });
  assertEquals([withdrawn.status, (await withdrawn.json()).kind], [401, "withdrawn"]);
});

Deno.test("who comes by another name or from another page is refused, with a reason", async () => {
  await using web = new TestWeb();
  const headers = await web.openPage();
  for (const path of ["/", "/v1/processes", "/session"]) {
    const origin = { ...headers, origin: "http://127.0.0.1:1" };
    assertEquals(await statusOf(web.ask(path, { headers: origin })), 403, path);
    assertEquals(await statusOf(web.ask(path, { headers: { ...headers, origin: "null" } })), 403);
    const named = await web.raw(`GET ${path} HTTP/1.1\r\nHost: tsm.example.org\r\n\r\n`);
    assertStringIncludes(named, "HTTP/1.1 421 ");
    assertStringIncludes(named, "a reverse proxy has to send 'Host:");
  }
});

Deno.test("every answer forbids what the page does not need, and is kept nowhere", async () => {
  await using web = new TestWeb();
  for (const path of ["/", "/v1/processes", "/nothing"]) {
    const answer = await web.ask(path);
    await answer.body?.cancel();
    const policy = answer.headers.get("content-security-policy") ?? "";
    for (const part of ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"]) {
      assert(policy.includes(part), `${path}: ${policy}`);
    }
    assert(!policy.includes("unsafe"));
    assertEquals(answer.headers.get("cache-control"), "no-store");
    assertEquals(answer.headers.get("x-content-type-options"), "nosniff");
    assertEquals(answer.headers.get("referrer-policy"), "no-referrer");
    assertEquals(answer.headers.get("set-cookie"), null);
  }
});
