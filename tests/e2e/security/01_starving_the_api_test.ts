import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { TextLineStream } from "@std/streams";
import { MAX_STRANGERS } from "../../../src/api/server/bounded_server.ts";
import { freePort, Tsm, until, withoutWaits } from "../harness.ts";
import { asAttacker } from "./attacker.ts";

/** Opens `$3` connections to port `$2` and holds them; `$1` tells how much each one says. */
const HOLD = `
import resource, socket, sys
says, port, count = sys.argv[1].encode(), int(sys.argv[2]), int(sys.argv[3])
resource.setrlimit(resource.RLIMIT_NOFILE, (count + 100, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
held = []
for _ in range(count):
    s = socket.create_connection(("127.0.0.1", port))
    try: s.send(says)
    except OSError: pass
    held.append(s)
print("held", flush=True)
ended = 0
for s in held:
    s.settimeout(60)
    try:
        while s.recv(4096): pass
        ended += 1
    except ConnectionError: ended += 1
    except TimeoutError: pass
print("ended", ended, flush=True)
sys.stdin.read()
`;

/** A stranger who holds connections without a token. */
class Stranger implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #lines: ReadableStreamDefaultReader<string>;

  constructor(port: number, count: number, says = "") {
    const [program, ...args] = asAttacker(
      "/usr/bin/python3",
      "-c",
      HOLD,
      says,
      String(port),
      String(count),
    );
    this.#child = new Deno.Command(program!, { args, stdin: "piped", stdout: "piped", cwd: "/" })
      .spawn();
    this.#lines = this.#child.stdout.pipeThrough(new TextDecoderStream())
      .pipeThrough(new TextLineStream()).getReader();
  }

  /** The next it says: that it holds them, then how many were ended by the other side. */
  async says(): Promise<string> {
    return (await this.#lines.read()).value ?? "";
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child.stdin.close();
    while (!(await this.#lines.read()).done);
    await this.#child.status;
  }
}

/** Has the supervisor started with the soft limit of descriptors most systems have. */
async function startLimited(tsm: Tsm): Promise<{ pid: number; port: number }> {
  const start = tsm.shell('ulimit -Sn 1024; exec "$@"', ["start", "sleep 1000", "--name", "x"]);
  assertEquals((await start.output()).code, 0);
  const { pid, port } = JSON.parse(tsm.read("runtime", "supervisor.json"));
  return { pid, port };
}

function openFiles(pid: number): number {
  return [...Deno.readDirSync(`/proc/${pid}/fd`)].length;
}

Deno.test("2,000 idle strangers change nothing for who has the token", async () => {
  await using tsm = new Tsm();
  const { pid, port } = await startLimited(tsm);
  const before = openFiles(pid);
  await using first = new Stranger(port, 1000);
  await using second = new Stranger(port, 1000, "POST /v1/ping HTTP/1.1\r\nHost: ");
  assertEquals(await first.says(), "held");
  assertEquals(await second.says(), "held");
  await tsm.ok("restart", "x");
  const during = openFiles(pid);
  assert(during <= before + MAX_STRANGERS + 20, `${during} descriptors, ${before} before`);
  assertEquals(await first.says(), "ended 1000");
  assertEquals(await second.says(), "ended 1000");
  await tsm.ok("ping");
  await until("the supervisor to have closed all", () => openFiles(pid) <= before + 5);
});

Deno.test("a request that has arrived whole is answered, however many strangers came behind it", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "x");
  const { pid, port, token } = JSON.parse(tsm.read("runtime", "supervisor.json"));
  Deno.kill(pid, "SIGSTOP");
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const head = `POST /v1/ping HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n` +
    `Authorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n`;
  await connection.write(new TextEncoder().encode(`${head}{}`));
  // More than it keeps, fewer than wait to be accepted.
  await using stranger = new Stranger(port, MAX_STRANGERS + 16);
  assertEquals(await stranger.says(), "held");
  Deno.kill(pid, "SIGCONT");
  const said = await new Response(connection.readable).text();
  assert(said.startsWith("HTTP/1.1 200 "), said);
});

Deno.test("who has a wrong token is answered once, and the connection is closed", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "x");
  const { port } = JSON.parse(tsm.read("runtime", "supervisor.json"));
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const head =
    `POST /v1/ping HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Length: 1000000\r\n\r\n`;
  await connection.write(new TextEncoder().encode(head));
  const said = await new Response(connection.readable).text();
  assert(said.startsWith("HTTP/1.1 401 "), said);
  assert(/^connection: close\r$/im.test(said), said);
});

Deno.test("strangers at the port for metrics are as few and as short-lived", async () => {
  await using tsm = new Tsm();
  const { pid } = await startLimited(tsm);
  const port = freePort();
  await tsm.ok("set", "metrics_port", String(port));
  const token = (await tsm.ok("token", "metrics")).trim();
  await using stranger = new Stranger(port, 1080);
  assertEquals(await stranger.says(), "held");
  assert(openFiles(pid) < 300, `${openFiles(pid)} descriptors`);
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`, {
    headers: { authorization: `Bearer ${token}` },
  });
  assertEquals(answer.status, 200, await answer.text());
  assertEquals(await stranger.says(), "ended 1080");
});

Deno.test("descriptors that ran out once do not end the API", async () => {
  await using tsm = new Tsm();
  const { pid, port } = await startLimited(tsm);
  const limit = async (nofile: string) => {
    const { success } = await new Deno.Command("prlimit", {
      args: ["--pid", String(pid), `--nofile=${nofile}`],
    }).output();
    assert(success);
  };
  await limit("8:");
  // It ends when the listener does.
  await Deno.connect({ hostname: "127.0.0.1", port })
    .then(({ readable }) => new Response(readable).text()).catch(() => {});
  await limit("1024:");
  await until("the API to be back", async () => (await tsm.run(["ping"])).code === 0);
  assertStringIncludes(await tsm.ok("events", "--json"), '"event":"api_reopened"');
  await tsm.ok("restart", "x");
});

Deno.test("a start that would use up the supervisor's descriptors is refused, and what runs can be stopped", async () => {
  await using tsm = new Tsm();
  const start = async (name: string) => {
    const words = ["start", "sleep 1000", "--name", name, "--instances", "40"];
    const { code, stderr } = await tsm.shell('ulimit -n 256; exec "$@"', words).output();
    return { code, said: withoutWaits(new TextDecoder().decode(stderr)) };
  };
  assertEquals(await start("a"), { code: 0, said: "" });
  assertEquals((await start("b")).code, 0);
  const near = await start("c");
  assertEquals(near.code, 0, near.said);
  assertMatch(near.said, /^tsm: the supervisor needs \d+ of the 256 files it may have open: soon/m);
  const { stdout } = await tsm.run(["doctor"]);
  assertMatch(stdout, /✗ limits .* of the 256 files it may have open.*\n.*'ulimit -n 4096'/);
  const crossed = await start("d");
  assertEquals(crossed.code, 1);
  assertMatch(crossed.said, /Cannot start 'd-39': the supervisor may have 256 files open, too few/);
  const listed = Object.keys(await tsm.list());
  assert(listed.length >= 120 && listed.length < 160, String(listed.length));
  await tsm.ok("shutdown");
});
