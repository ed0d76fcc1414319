import { assert, assertEquals, assertThrows } from "@std/assert";
import { settlesWithin } from "../../../src/async/settles_within.ts";
import { BoundedServer } from "../../../src/api/server/bounded_server.ts";
import type { EventStream } from "../../../src/api/server/event_stream.ts";
import { MAX_STREAMS, StreamPool } from "../../../src/api/server/stream_pool.ts";
import { until } from "../../e2e/harness.ts";

/** Enough for anything that is not stuck, in milliseconds. */
const LONG = 60_000;
const FOREVER = { ended: new Promise<void>(() => {}) };

Deno.test("a client that does not read is cut off, holds nothing back, and finds the end if it reads on", async () => {
  const pool = new StreamPool(() => true);
  const opened = Promise.withResolvers<EventStream>();
  const server = new BoundedServer({
    port: 0,
    onReopened() {},
    handler: {
      admits: () => true,
      answer(_request, connection) {
        const stream = pool.open(connection, 2);
        opened.resolve(stream);
        return Promise.resolve(stream.response);
      },
    },
  });
  using client = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
  const head = `GET / HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n\r\n`;
  await client.write(new TextEncoder().encode(head));
  const stream = await opened.promise;
  assertEquals(pool.descriptors, 3);
  const data = "x".repeat(10_000);
  // What the kernel takes is sent; what then waits is bounded.
  await until("the end of its patience", () => {
    for (let sent = 0; sent < 20; sent++) stream.send({ data });
    return stream.isClosed;
  });
  // The connection counts until it has gone: it still holds a descriptor.
  assertEquals(pool.descriptors, 1);
  const buffer = new Uint8Array(1024 * 1024);
  const end = (async () => {
    for (;;) {
      const read = await client.read(buffer).catch(() => null);
      if (read === null) return true;
    }
  })();
  assertEquals(await settlesWithin(end, LONG), true);
  await until("its descriptor", () => pool.descriptors === 0);
  await server.shutdown();
});

Deno.test("a client that goes leaves nothing behind", async () => {
  const pool = new StreamPool(() => true, 50);
  const server = new BoundedServer({
    port: 0,
    onReopened() {},
    handler: {
      admits: () => true,
      answer: (_, connection) => Promise.resolve(pool.open(connection, 0).response),
    },
  });
  const abort = new AbortController();
  const url = `http://127.0.0.1:${server.port}/`;
  const { body } = await fetch(url, { signal: abort.signal });
  await body!.getReader().read();
  abort.abort();
  await until("its end", () => pool.descriptors === 0);
  await server.shutdown();
});

Deno.test("more streams than there may be are refused, and so are those for which there are no descriptors", () => {
  const pool = new StreamPool(() => true);
  const streams = Array.from(
    { length: MAX_STREAMS },
    () => pool.open({ ended: new Promise<void>(() => {}) }, 0),
  );
  assertThrows(() => pool.open(FOREVER, 0), Deno.errors.WouldBlock, "200 are open");
  pool.closeAll();
  assert(streams.every(({ isClosed }) => isClosed));
  const poor = new StreamPool((descriptors) => descriptors <= 2);
  assertThrows(() => poor.open(FOREVER, 2), Deno.errors.WouldBlock);
  poor.open(FOREVER, 1).close();
  poor.closeAll();
});
