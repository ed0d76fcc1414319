/**
 * Streams of events under clients that behave badly, and over the change of a supervisor.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { settlesWithin } from "../../src/async/settles_within.ts";
import { MAX_STREAMS } from "../../src/api/server/stream_pool.ts";
import { stream } from "../../src/api/client.ts";
import { eventsRead } from "../../src/api/reads/events.ts";
import { logsRead } from "../../src/api/reads/logs.ts";
import type { LogLine } from "../../src/api/reads/logs.ts";
import type { SupervisorAddress } from "../../src/api/supervisor_file.ts";
import { Tsm, until } from "./harness.ts";

/** Enough for anything that is not stuck, in milliseconds. */
const LONG = 60_000;

function addressOf(tsm: Tsm): SupervisorAddress {
  return JSON.parse(tsm.read("runtime", "supervisor.json"));
}

/** A connection that has asked for a stream, and has read nothing yet. */
async function connect(tsm: Tsm, path: string): Promise<Deno.TcpConn> {
  const { port, token } = addressOf(tsm);
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const head = [
    `GET ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    `Authorization: Bearer ${token}`,
    "Accept: text/event-stream",
    "",
    "",
  ].join("\r\n");
  await connection.write(new TextEncoder().encode(head));
  return connection;
}

/** What comes first on a connection. */
async function firstOf(connection: Deno.TcpConn): Promise<string> {
  const buffer = new Uint8Array(4096);
  const length = await settlesWithin(connection.read(buffer).then((read) => read ?? 0), LONG);
  assert(length !== undefined, "nothing came");
  return new TextDecoder().decode(buffer.subarray(0, length));
}

Deno.test("a thousand streams: those that fit are served, the others told to come again, and the rest of the API answers", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "web");
  const connections: Deno.TcpConn[] = [];
  try {
    // Some at a time: the kernel's queue of those that wait to be accepted is short.
    const answers: string[] = [];
    while (connections.length < 1000) {
      const some = await Promise.all(
        Array.from({ length: 50 }, () => connect(tsm, "/v1/events")),
      );
      connections.push(...some);
      answers.push(...await Promise.all(some.map(firstOf)));
    }
    const served = answers.filter((answer) => answer.startsWith("HTTP/1.1 200"));
    const refused = answers.filter((answer) => answer.startsWith("HTTP/1.1 503"));
    assertEquals([served.length, refused.length], [MAX_STREAMS, 1000 - MAX_STREAMS]);
    assert(refused.every((answer) => /\r\nretry-after: 1\r\n/i.test(answer)), refused[0]);
    assert(refused[0]!.includes('"kind":"overloaded"'), refused[0]);
    // Everything else goes on, and every one that was served is told.
    await tsm.ok("restart", "web");
    const told = connections.filter((_, index) => answers[index]!.startsWith("HTTP/1.1 200"));
    for (const connection of told) {
      let text = "";
      while (!text.includes('"restart"')) text += await firstOf(connection);
    }
    // Those that leave make room.
    for (const connection of connections.splice(0)) connection.close();
    await until("room for another one", async () => {
      await tsm.ok("restart", "web");
      const connection = await connect(tsm, "/v1/events");
      connections.push(connection);
      return (await firstOf(connection)).startsWith("HTTP/1.1 200");
    });
  } finally {
    for (const connection of connections) connection.close();
  }
});

Deno.test("while one client never reads, others get their lines", async () => {
  await using tsm = new Tsm();
  const flood = tsm.write(
    "flood.sh",
    'line=$(head -c 9000 /dev/zero | tr "\\0" x)\ni=0\n' +
      "while :; do i=$((i+1)); echo $i $line; [ $((i % 20)) = 0 ] && sleep 0.02; done\n",
  );
  await tsm.ok("start", `sh ${flood}`, "--name", "flood");
  using _silent = await connect(tsm, "/v1/processes/flood/logs?follow=true");
  const abort = new AbortController();
  const options = { name: "flood", query: { follow: "true", lines: "1" }, signal: abort.signal };
  let last = 0;
  let skipped = 0;
  let read = 0;
  const wrong: string[] = [];
  const timer = setTimeout(() => abort.abort(), 5 * LONG);
  for await (const { event, data } of stream(addressOf(tsm), logsRead, options)) {
    if (event === "skipped") {
      // A machine that is busy looks late, and then sees more lines than it may send at once.
      skipped += (data as { lines: number }).lines;
      continue;
    }
    const number = Number((data as LogLine).line.split(" ")[0]);
    if (last > 0 && number !== last + skipped + 1) wrong.push(`${number} behind ${last}`);
    [last, skipped] = [number, 0];
    // More than the kernel keeps for the one who does not read.
    read += 9000;
    if (read > 20_000_000) break;
  }
  clearTimeout(timer);
  assertEquals(wrong, []);
  assert(read > 20_000_000, `only ${read} bytes came`);
});

Deno.test("a stream of events goes on behind the last id, with the next supervisor too", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "web");
  const ids: string[] = [];
  const read = async (count: number, lastEventId: string | undefined) => {
    const abort = new AbortController();
    const seen: string[] = [];
    const query = lastEventId === undefined ? { since: "1h" } : {};
    const options = { query, lastEventId, signal: abort.signal };
    const timer = setTimeout(() => abort.abort(), LONG);
    for await (const { id, data } of stream(addressOf(tsm), eventsRead, options)) {
      if (data === undefined) continue;
      ids.push(id!);
      seen.push((data as { event: string }).event);
      if (seen.length === count) break;
    }
    clearTimeout(timer);
    return seen;
  };
  assertEquals(await read(3, undefined), ["supervisor_start", "start", "online"]);
  assertEquals(await read(1, ids[1]), ["online"]);
  await tsm.ok("shutdown", "--keep-processes");
  await tsm.ok("restart", "web");
  assertEquals(await read(5, ids[2]), [
    "supervisor_stop",
    "adopt",
    "supervisor_start",
    "restart",
    "online",
  ]);
  const { port, token } = addressOf(tsm);
  const wrong = await fetch(`http://127.0.0.1:${port}/v1/events`, {
    headers: {
      authorization: `Bearer ${token}`,
      accept: "text/event-stream",
      "last-event-id": "yesterday",
    },
  });
  assertEquals([wrong.status, (await wrong.json()).kind], [400, "invalid"]);
});

Deno.test("of a line of 16 MB the beginning is told, and a search goes on behind it", async () => {
  await using tsm = new Tsm();
  const program = 'head -c 16000000 /dev/zero | tr "\\0" x; echo; echo behind it; exec sleep 1000';
  await tsm.ok("start", program, "--name", "long");
  const { port, token } = addressOf(tsm);
  const get = async (query: string): Promise<readonly LogLine[]> => {
    const answer = await fetch(`http://127.0.0.1:${port}/v1/processes/long/logs?${query}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    return (await answer.json()).lines;
  };
  await until("the line behind it", async () => (await get("lines=1"))[0]?.line === "behind it");
  const [first, second, ...more] = await get("lines=2");
  assertEquals([first!.line.length, first!.truncated], [64 * 1024, true]);
  assertEquals([second!.line, second!.truncated, more], ["behind it", undefined, []]);
  assertEquals((await get("grep=behind")).map(({ line }) => line), ["behind it"]);
});
