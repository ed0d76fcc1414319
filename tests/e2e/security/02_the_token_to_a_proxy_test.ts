import { assertEquals, assertStringIncludes } from "@std/assert";
import { Tsm, until, withoutWaits } from "../harness.ts";

/** A proxy of somebody else's, which keeps the first line of what it is sent. */
class Proxy implements Disposable {
  readonly seen: string[] = [];
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });

  constructor() {
    this.#serve();
  }

  get url(): string {
    return `http://127.0.0.1:${this.#listener.addr.port}`;
  }

  async #serve(): Promise<void> {
    for await (const connection of this.#listener) {
      const buffer = new Uint8Array(4096);
      const length = await connection.read(buffer).catch(() => 0) ?? 0;
      this.seen.push(new TextDecoder().decode(buffer.subarray(0, length)));
      connection.close();
    }
  }

  [Symbol.dispose](): void {
    this.#listener.close();
  }
}

const SPELLINGS = [
  "http_proxy",
  "HTTP_PROXY",
  "https_proxy",
  "HTTPS_PROXY",
  "all_proxy",
  "ALL_PROXY",
];

for (const exception of ["no_proxy", "NO_PROXY"]) {
  Deno.test(`no spelling of a proxy gets a request, whatever ${exception} says`, async () => {
    await using tsm = new Tsm();
    using proxy = new Proxy();
    const env = {
      ...Object.fromEntries(SPELLINGS.map((name) => [name, proxy.url])),
      [exception]: "foo",
      // From source, Deno itself would ask for a newer Deno through the proxy.
      DENO_NO_UPDATE_CHECK: "1",
    };
    for (
      const args of [
        ["start", "sleep 1000", "--name", "x"],
        ["ping"],
        ["describe", "x"],
        ["restart", "x", "--update-env"],
        ["doctor"],
        ["monit"],
        ["stop", "--keep", "x"],
      ]
    ) {
      await tsm.run(args, { env });
      assertEquals(proxy.seen, [], args.join(" "));
    }
  });
}

Deno.test("each spelling alone leads no request astray, and what is started gets it", async () => {
  await using tsm = new Tsm();
  using proxy = new Proxy();
  for (const name of SPELLINGS) {
    const env = { [name]: proxy.url, NO_PROXY: "foo", DENO_NO_UPDATE_CHECK: "1" };
    const { code, stderr } = await tsm.run(["start", "env; sleep 1000", "--name", name], { env });
    assertEquals([code, withoutWaits(stderr)], [0, ""], name);
    assertEquals(proxy.seen, [], name);
    await until("its environment", () => {
      const text = tsm.read("runtime", "processes", name, "current.out");
      return text.includes(`${name}=${proxy.url}\n`);
    });
    assertStringIncludes(tsm.read("runtime", "processes", name, "current.out"), "NO_PROXY=foo\n");
  }
});
