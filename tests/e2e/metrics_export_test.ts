import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { testNeeding } from "../test_needing.ts";
import { freePort, Tsm, until } from "./harness.ts";

async function scrape(port: number, token: string, accept?: string) {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`, {
    headers: { authorization: `Bearer ${token}`, ...accept ? { accept } : {} },
  });
  const type = response.headers.get("content-type");
  return { status: response.status, type, text: await response.text() };
}

async function promtool(args: readonly string[], input?: string): Promise<string> {
  const child = new Deno.Command("promtool", {
    args: [...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input ?? ""));
  await writer.close();
  const { code, stdout, stderr } = await child.output();
  const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  assertEquals(code, 0, `promtool ${args.join(" ")}: ${said}`);
  return said;
}

function address(tsm: Tsm): { readonly port: number; readonly token: string } {
  return JSON.parse(tsm.read("runtime", "supervisor.json"));
}

Deno.test("GET /metrics tells of processes and of the supervisor, to its own token only", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "echo hello; exec sleep 1000", "--name", "web", "--namespace", "shop");
  await tsm.ok("start", "sleep 1000", "--name", "idle");
  await tsm.ok("restart", "web");
  await tsm.ok("stop", "--keep", "idle");
  const token = (await tsm.ok("token", "metrics")).trim();
  assertMatch(token, /^[0-9a-f]{64}$/);
  assertEquals(tsm.read("runtime", "metrics.token"), `${token}\n`);
  assertEquals(Deno.statSync(tsm.path("runtime", "metrics.token")).mode! & 0o777, 0o600);
  assertEquals((await tsm.ok("token", "metrics")).trim(), token);

  const { port, token: control } = address(tsm);
  const { status, type, text } = await scrape(port, token);
  assertEquals([status, type], [
    200,
    "application/openmetrics-text; version=1.0.0; charset=utf-8",
  ]);
  const web = 'name="web",namespace="shop"';
  assertStringIncludes(text, `\ntsm_process_up{${web}} 1\n`);
  assertStringIncludes(text, '\ntsm_process_up{name="idle",namespace="default"} 0\n');
  assertStringIncludes(text, `\ntsm_process_restarts_total{${web}} 1\n`);
  assertStringIncludes(text, `\ntsm_process_log_bytes{${web},stream="out"} `);
  assertMatch(text, /\ntsm_process_memory_bytes\{name="web",[^}]*\} [1-9]\d+\n/);
  assertMatch(text, /\ntsm_supervisor_memory_bytes [1-9]\d+\n/);
  assertMatch(text, /\ntsm_supervisor_cpu_seconds_total [\d.]+\n/);
  assert(text.endsWith("\n# EOF\n"));
  assertEquals((await scrape(port, control)).status, 200);
  assertEquals((await scrape(port, "0".repeat(64))).status, 401);

  // It reads, and nothing else.
  const other = await fetch(`http://127.0.0.1:${port}/v1/stats`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}` },
    body: "{}",
  });
  assertEquals([other.status, (await other.text()).includes("supervisor.json")], [401, true]);

  const renewed = (await tsm.ok("token", "metrics", "--renew")).trim();
  assertEquals((await scrape(port, token)).status, 401);
  assertEquals((await scrape(port, renewed)).status, 200);
  assertStringIncludes(await tsm.fails(64, "token", "all"), "example: tsm token read");
});

Deno.test("a fixed port serves the metrics at once, and after the supervisor was killed", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "web");
  const port = freePort();
  await tsm.ok("set", "metrics_port", String(port));
  const token = (await tsm.ok("token", "metrics")).trim();
  assertStringIncludes((await scrape(port, token)).text, 'tsm_process_up{name="web"');
  const control = await fetch(`http://127.0.0.1:${port}/v1/ping`, {
    method: "POST",
    headers: { authorization: `Bearer ${address(tsm).token}` },
    body: "{}",
  });
  await control.text();
  assertEquals(control.status, 404);

  await tsm.killSupervisor();
  assertEquals((await tsm.ok("token", "metrics")).trim(), token);
  const again = () => scrape(port, token).then(({ status }) => status === 200, () => false);
  await until("the port to be served again", again);

  using taken = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const said = await tsm.fails(1, "set", "metrics_port", String(taken.addr.port));
  assertStringIncludes(said, "choose another one");
  assertEquals(await tsm.ok("get", "metrics_port"), `${port}\n`);
  assertEquals((await scrape(port, token)).status, 200);

  await tsm.ok("unset", "metrics_port");
  await until("the port to be closed", () => again().then((served) => !served));
});

testNeeding(["promtool"], "Prometheus' own parsers accept the metrics, both formats", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "web", "--namespace", "shop");
  await tsm.ok("start", "sleep 1000", "--name", "other");
  const token = (await tsm.ok("token", "metrics")).trim();
  const { port } = address(tsm);
  const plain = await scrape(port, token, "text/plain;version=0.0.4");
  assertEquals(plain.type, "text/plain; version=0.0.4; charset=utf-8");
  assertEquals((await promtool(["check", "metrics"], plain.text)).trim(), "");

  const accept = "application/openmetrics-text;version=1.0.0,text/plain;q=0.5";
  const open = await scrape(port, token, accept);
  // To make blocks of them promtool wants times, which a scrape leaves to the scraper.
  const now = Math.floor(Date.now() / 1000);
  const timed = open.text.replace(/^([^#\n].*)$/gm, `$1 ${now}`);
  const file = tsm.write("metrics.om", timed);
  const blocks = `${tsm.work}/blocks`;
  const said = await promtool(["tsdb", "create-blocks-from", "openmetrics", file, blocks]);
  const samples = timed.split("\n").filter((line) => /^[^#]/.test(line)).length;
  // Its table: …, NUM SAMPLES, NUM CHUNKS, NUM SERIES, SIZE.
  assertMatch(said, new RegExp(` ${samples} +${samples} +${samples} `));
});
