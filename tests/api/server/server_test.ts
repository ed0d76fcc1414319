import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import * as v from "valibot";
import { request } from "../../../src/api/client.ts";
import { BoundedServer } from "../../../src/api/server/bounded_server.ts";
import { message } from "../../../src/api/message.ts";
import { createApi, MAX_BODY, route } from "../../../src/api/server/server.ts";
import type { SupervisorAddress } from "../../../src/api/supervisor_file.ts";

const TOKEN = "0123456789abcdef".repeat(4);

const greet = message({
  name: "greet",
  summary: "Greet",
  schema: v.strictObject({ name: v.string() }),
  answer: v.object({ greeting: v.string() }),
});
const fail = message({
  name: "fail",
  summary: "Fail",
  schema: v.strictObject({ kind: v.string() }),
  answer: v.never(),
});

/** A control API on a port of its own, and what went wrong in it. */
class TestApi implements AsyncDisposable {
  readonly errors: unknown[] = [];
  readonly #server: BoundedServer;

  constructor() {
    this.#server = new BoundedServer({
      port: 0,
      onReopened: (_, reason) => this.errors.push(reason),
      handler: createApi({
        routes: [
          route(greet, ({ name }) => ({ greeting: `hello ${name}` })),
          route(fail, ({ kind }) => {
            if (kind === "user") throw new Deno.errors.AlreadyExists("Cannot: it is there");
            throw new TypeError("a bug");
          }),
        ],
        tokens: { all: TOKEN, lasting: () => undefined },
        onError: (error) => this.errors.push(error),
      }),
    });
  }

  get address(): SupervisorAddress {
    return { pid: Deno.pid, port: this.#server.port, token: TOKEN, version: "0", started: 0 };
  }

  /** Sends exactly these bytes, for what `fetch` would not send; gives status and message. */
  async send(
    { method = "POST", path = "/v1/greet", host = "127.0.0.1:1", token = TOKEN, body = "{}" }: {
      method?: string;
      path?: string;
      host?: string | null;
      token?: string | null;
      body?: string;
    },
  ): Promise<{ status: number; kind: string | undefined; message: string | undefined }> {
    using connection = await Deno.connect({ hostname: "127.0.0.1", port: this.address.port });
    const { length } = new TextEncoder().encode(body);
    const head = [
      `${method} ${path} HTTP/1.1`,
      ...host === null ? [] : [`Host: ${host}`],
      ...token === null ? [] : [`Authorization: Bearer ${token}`],
      `Content-Length: ${length}`,
      "Connection: close",
      "",
      "",
    ].join("\r\n");
    // Not by its streams: where one fails, the other is closed, the answer unread.
    const sending = (async () => {
      for (let rest = new TextEncoder().encode(head + body); rest.length > 0;) {
        rest = rest.subarray(await connection.write(rest));
      }
    })().catch(() => {}); // It may answer and close before it has read all.
    const answer = await readToEnd(connection);
    await sending;
    const [top = "", rest = ""] = answer.split("\r\n\r\n");
    const parsed = rest.includes("{")
      ? JSON.parse(rest.slice(rest.indexOf("{"), rest.lastIndexOf("}") + 1))
      : {};
    return {
      status: Number(top.split(" ")[1]),
      kind: parsed.error?.kind,
      message: parsed.error?.message,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}

/** What comes until the connection is closed, be it by a reset for what was not read. */
async function readToEnd(connection: Deno.Conn): Promise<string> {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(4096);
  for (let text = "";;) {
    const length = await connection.read(buffer).catch((error) => {
      if (error instanceof Deno.errors.ConnectionReset) return null;
      throw error;
    });
    if (length === null) return text;
    text += decoder.decode(buffer.subarray(0, length), { stream: true });
  }
}

Deno.test("a proper request is answered", async () => {
  await using api = new TestApi();
  assertEquals(await request(api.address, greet, { name: "you" }), { greeting: "hello you" });
});

Deno.test("a user's mistake comes back as the same error, and is not logged", async () => {
  await using api = new TestApi();
  await assertRejects(
    () => request(api.address, fail, { kind: "user" }),
    Deno.errors.AlreadyExists,
    "Cannot: it is there",
  );
  assertEquals(api.errors, []);
});

Deno.test("a bug of ours is answered with its message and logged with its stack", async () => {
  await using api = new TestApi();
  await assertRejects(() => request(api.address, fail, { kind: "ours" }), Error, "a bug");
  assertEquals(api.errors.length, 1);
  assert(api.errors[0] instanceof TypeError);
});

const WRONG_TOKENS: Readonly<Record<string, string | null>> = {
  "none": null,
  "an empty one": "",
  "another of the same length": "f".repeat(64),
  "its beginning": TOKEN.slice(0, 63),
  "a longer one": `${TOKEN}0`,
};

for (const [what, token] of Object.entries(WRONG_TOKENS)) {
  Deno.test(`a request with a wrong token is refused: ${what}`, async () => {
    await using api = new TestApi();
    const { status, message } = await api.send({ token, body: '{"name":"you"}' });
    assertEquals(status, 401);
    assertStringIncludes(message!, "runtime/supervisor.json");
  });
}

Deno.test("without the token nothing is learned of what routes there are", async () => {
  await using api = new TestApi();
  assertEquals((await api.send({ token: null, path: "/v1/nothing" })).status, 401);
});

for (
  const host of [
    "evil.example:80",
    "evil.example",
    "127.0.0.1.evil.example:80",
    "127.0.0.1",
    "[::1]:80",
  ]
) {
  Deno.test(`a request for another host, as a browser's rebinding sends, is refused: ${host}`, async () => {
    await using api = new TestApi();
    const { status, message } = await api.send({ host, body: '{"name":"you"}' });
    assertEquals(status, 421);
    assertStringIncludes(message!, "127.0.0.1");
  });
}

Deno.test("a request without a host is refused", async () => {
  await using api = new TestApi();
  const { status } = await api.send({ host: null });
  assert(status >= 400 && status < 500, String(status));
});

Deno.test("an unknown route is named", async () => {
  await using api = new TestApi();
  const { status, message } = await api.send({ path: "/v1/explode" });
  assertEquals([status, message], [
    404,
    "there is no request '/v1/explode'; 'tsm api openapi' lists them",
  ]);
  assertEquals((await api.send({ path: "/" })).status, 404);
  assertEquals((await api.send({ path: "/v1/../v1/__proto__" })).status, 404);
});

for (const method of ["GET", "PUT", "DELETE", "OPTIONS"]) {
  Deno.test(`a request by ${method} is told to use POST`, async () => {
    await using api = new TestApi();
    const { status, message } = await api.send({ method, body: "" });
    assertEquals([status, message], [405, "'/v1/greet' takes POST"]);
  });
}

for (const body of ["", "{", "name=you", "\0", '{"name":"you"} x']) {
  Deno.test(`a body that is no JSON is refused: ${JSON.stringify(body)}`, async () => {
    await using api = new TestApi();
    const { status, kind, message } = await api.send({ body });
    assertEquals([status, kind], [400, "invalid"]);
    assertStringIncludes(message!, "the body is not JSON");
    assertEquals(api.errors, []);
  });
}

const WRONG_BODIES: Readonly<Record<string, string>> = {
  "{}": "name: ",
  '{"name":7}': "name: ",
  '{"name":"you","nmae":1}': "nmae: ",
  "null": "Expected Object",
  "[]": "name: ",
};

for (const [body, told] of Object.entries(WRONG_BODIES)) {
  Deno.test(`a body that does not fit its message is refused with the reason: ${body}`, async () => {
    await using api = new TestApi();
    const { status, kind, message } = await api.send({ body });
    assertEquals([status, kind], [400, "invalid"]);
    assertStringIncludes(message!, told);
    assertEquals(api.errors, []);
  });
}

Deno.test("a body that says it is too large is refused unread", async () => {
  await using api = new TestApi();
  const { status, message } = await api.send({ body: " ".repeat(MAX_BODY + 1) });
  assertEquals(status, 413);
  assertStringIncludes(message!, String(MAX_BODY));
});

Deno.test("a body that does not say how large it is is read no further than the limit", async () => {
  let sent = 0;
  const chunk = new Uint8Array(1024 * 1024).fill(0x20);
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      sent += chunk.length;
      controller.enqueue(chunk);
    },
  });
  const { answer } = createApi({
    routes: [route(greet, () => ({ greeting: "" }))],
    tokens: { all: TOKEN, lasting: () => undefined },
    onError() {},
  });
  const response = await answer(
    new Request("http://127.0.0.1:1/v1/greet", {
      method: "POST",
      headers: { host: "127.0.0.1:1", authorization: `Bearer ${TOKEN}` },
      body: endless,
    }),
    { ends: { remote: 0, local: 0 }, ended: Promise.resolve() },
  );
  assertEquals(response.status, 413);
  assert(sent <= MAX_BODY + 4 * chunk.length, `read ${sent} bytes`);
});

Deno.test("a body of nearly the limit is taken", async () => {
  await using api = new TestApi();
  const name = "x".repeat(MAX_BODY - 100);
  const { greeting } = await request(api.address, greet, { name });
  assertEquals(greeting.length, name.length + "hello ".length);
});

Deno.test("where nobody listens the supervisor is said not to answer", async () => {
  const api = new TestApi();
  const { address } = api;
  await api[Symbol.asyncDispose]();
  await assertRejects(
    () => request(address, greet, { name: "you" }),
    Deno.errors.NotConnected,
    `the supervisor (pid ${Deno.pid}) does not answer`,
  );
});
