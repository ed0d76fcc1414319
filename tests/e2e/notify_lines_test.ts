/**
 * Each line of docs/notify.md is run as a command for a crash whose reason is as hostile as one can
 * be, against a server of the test: what it sends must be what it is meant to.
 *
 * @module
 */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { testNeeding } from "../test_needing.ts";
import { Tsm, until } from "./harness.ts";

const PAGE = Deno.readTextFileSync(new URL("../../docs/notify.md", import.meta.url));

/** The lines of the page, by the heading in front of each. */
const LINES = new Map(
  [...PAGE.matchAll(
    /\n(A webhook|Slack|Discord|ntfy|Mail)[^\n]*(?:\n[^\n`]+)*:\n\n```sh\n(.+)\n```/g,
  )]
    .map(([, kind, line]) => [kind!, line!]),
);

/** What its log must hold to end the words of a command, a JSON text, or a header. */
const HOSTILE = `"}'; touch hacked; $(touch hacked) \`touch hacked\` <!channel> @everyone \\n\\"`;

interface Received {
  readonly body: string;
  readonly headers: Headers;
}

/** Runs the line of `kind` for a process whose health check says something hostile. */
async function tell(kind: string, server: (line: string) => string): Promise<void> {
  await using tsm = new Tsm();
  const line = LINES.get(kind);
  assert(line !== undefined, `docs/notify.md has no line for ${kind}`);
  tsm.write("tell", `${server(line)}\n`);
  // The reason of an unhealthy one holds what its check has looked for in vain.
  const answer = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
  await using web = Deno.serve(answer, () => new Response("ok"));
  const health = {
    url: `http://127.0.0.1:${web.addr.port}/`,
    body: HOSTILE,
    interval: "100ms",
    retries: 1,
  };
  const on = { unhealthy: ". ./tell" };
  const process = { command: "exec sleep 1000", health, on, on_limit: 1, on_timeout: "60s" };
  const path = tsm.write("tsm.jsonc", JSON.stringify({ processes: { api: process } }));
  await tsm.ok("start", path);
  await until("it is told", () => {
    const log = tsm.read("runtime/supervisor.log");
    assert(!log.includes("its command for"), log);
    return told.length > 0;
  });
  assertEquals([...Deno.readDirSync(tsm.work)].filter(({ name }) => name === "hacked"), []);
}

/** What came, of the test that runs. */
let told: Received[] = [];

/** Tells by HTTP; gives what came. */
async function tellByHttp(kind: string): Promise<Received> {
  told = [];
  const options = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
  await using http = Deno.serve(options, async (request) => {
    told.push({ body: await request.text(), headers: request.headers });
    return new Response("ok");
  });
  await tell(
    kind,
    (line) => line.replace(/https:\/\/\S+/, `http://127.0.0.1:${http.addr.port}/hook`),
  );
  return told[0]!;
}

testNeeding(["curl", "jq"], "the line for a webhook sends the event as JSON", async () => {
  const { body, headers } = await tellByHttp("A webhook");
  assertEquals(headers.get("content-type"), "application/json");
  const { event, name, reason } = JSON.parse(body);
  assertEquals([event, name], ["unhealthy", "api"]);
  assertStringIncludes(reason, "touch hacked");
});

testNeeding(["curl", "jq"], "the line for Slack sends plain text, which calls nobody", async () => {
  const { text, blocks, ...others } = JSON.parse((await tellByHttp("Slack")).body);
  assertEquals([text, Object.keys(others)], ["unhealthy", []]);
  assertEquals([blocks.length, blocks[0].text.type], [1, "plain_text"]);
  assertStringIncludes(blocks[0].text.text, "<!channel>");
});

testNeeding(["curl", "jq"], "the line for Discord sends text, which calls nobody", async () => {
  const { content, allowed_mentions } = JSON.parse((await tellByHttp("Discord")).body);
  assertStringIncludes(content, "@everyone");
  assertEquals(allowed_mentions, { parse: [] });
});

testNeeding(["curl"], "the line for ntfy sends a sentence and a title", async () => {
  const { body, headers } = await tellByHttp("ntfy");
  assertEquals([headers.get("title"), headers.get("tags")], ["tsm", "warning"]);
  assertMatch(body, /^\[.*\] api: unhealthy: .*touch hacked/);
});

testNeeding(
  ["curl", "jq"],
  "the line for mail sends a message of three headers and the event",
  async () => {
    told = [];
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const serving = serveMail(listener);
    await tell(
      "Mail",
      (line) => line.replace("smtp://mail.example.com", `smtp://127.0.0.1:${listener.addr.port}`),
    );
    await serving;
    const [head = "", ...rest] = told[0]!.body.split("\r\n\r\n");
    const headers = head.split("\r\n").map((line) => line.split(":")[0]);
    assertEquals(headers, ["From", "To", "Subject"]);
    assertMatch(head, /Subject: \[.*\] api: unhealthy: /);
    assertEquals(JSON.parse(rest.join("\r\n\r\n")).event, "unhealthy");
  },
);

/** Takes one mail, as RFC 5321 has it. */
async function serveMail(listener: Deno.Listener): Promise<void> {
  using connection = await listener.accept();
  const say = (line: string) => connection.write(new TextEncoder().encode(`${line}\r\n`));
  await say("220 test");
  let text = "";
  let body: string | undefined;
  for await (const bytes of connection.readable) {
    text += new TextDecoder().decode(bytes);
    for (let at; (at = text.indexOf("\r\n")) >= 0;) {
      const line = text.slice(0, at);
      text = text.slice(at + 2);
      if (body !== undefined) {
        if (line !== ".") body += `${line}\r\n`;
        else {
          told.push({ body, headers: new Headers() });
          body = undefined;
          await say("250 taken");
        }
      } else if (line === "DATA") {
        body = "";
        await say("354 go on");
      } else if (line === "QUIT") return void await say("221 bye");
      else await say("250 fine");
    }
  }
}
