import { assert, assertEquals } from "@std/assert";
import { Tsm, until } from "./harness.ts";

/** Asks the supervisor of a root directly, as any program may. */
function api(
  tsm: Tsm,
): (path: string, init?: RequestInit & { token?: string }) => Promise<Response> {
  return (path, { token, headers, ...init } = {}) => {
    const address = JSON.parse(tsm.read("runtime", "supervisor.json"));
    return fetch(`http://127.0.0.1:${address.port}${path}`, {
      headers: { authorization: `Bearer ${token ?? address.token}`, ...headers },
      ...init,
    });
  };
}

Deno.test("what is known of processes is answered as JSON, by their names and ids", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "echo hello; echo trouble >&2; exec sleep 1000", "--name", "web");
  const get = async (path: string) => await (await api(tsm)(path)).json();
  const { processes } = await get("/v1/processes");
  assertEquals(processes.length, 1);
  const { cpu: _cpu, mem: _mem, namespace, app, instance, health, ...meta } = processes[0];
  assertEquals([meta], JSON.parse(await tsm.ok("ls", "--json")));
  assertEquals([namespace, app, instance, health], [
    "default",
    null,
    0,
    null,
  ]);
  const described = JSON.parse(await tsm.ok("describe", "web", "--json"));
  const one = await get("/v1/processes/1");
  assertEquals(Object.keys(one), Object.keys(described));
  assertEquals([one.spec, one.set, one.history], [
    described.spec,
    described.set,
    described.history,
  ]);
  await until(
    "the lines of the log",
    async () => (await get("/v1/processes/web/logs")).lines.length === 2,
  );
  const { lines } = await get("/v1/processes/web/logs?grep=tr.*le");
  assertEquals(
    lines.map(({ name, stream, line }: Record<string, string>) => [name, stream, line]),
    [
      ["web", "err", "trouble"],
    ],
  );
  assertEquals((await get("/v1/processes/web/logs?stream=out")).lines[0].line, "hello");
  const { history } = await get("/v1/processes/web/history");
  assertEquals(history, JSON.parse(await tsm.ok("history", "web", "--json")));
  const { series } = await get("/v1/processes/web/metrics?points=7");
  assertEquals(series.length, 7);
  assertEquals(Object.keys((await get("/v1/metrics")).series), ["web"]);
  const { events } = await get("/v1/events?since=1h");
  assertEquals(events[0].event, "supervisor_start");
  assertEquals((await get("/v1/report")).processes[0].name, "web");
  await tsm.ok("stop", "web");
  assert((await get("/v1/processes/web/history")).history.length > history.length);
  const gone = await api(tsm)("/v1/processes/web");
  assertEquals([gone.status, (await gone.json()).status], [404, 404]);
});
