import { assert, assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path/posix";
import type { LoadCounts } from "../../scripts/bench/http/http_load.ts";
import { NODE, NODE_22 } from "../node_22.ts";
import { NETWORK, testNeeding } from "../test_needing.ts";

const DRIVER = fromFileUrl(new URL("./reload_under_load.ts", import.meta.url));

/** Runs the driver in a network of its own. */
async function underLoad(
  ...args: readonly string[]
): Promise<LoadCounts & { readonly restarts: readonly number[] }> {
  const setUp = "ip link set lo up && echo 1 >/proc/sys/net/ipv4/tcp_migrate_req";
  const output = await new Deno.Command("unshare", {
    args: ["--net", "sh", "-c", `${setUp} && exec "$@"`, "sh"].concat(
      [Deno.execPath(), "run", "-A", "--no-check", DRIVER, NODE, ...args],
    ),
    stdin: "null",
  }).output();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  assert(output.success, decode(output.stderr));
  return JSON.parse(decode(output.stdout));
}

testNeeding(
  [NODE_22, "ip", ...NETWORK],
  "twenty reloads of four workers fail no request, neither of a new connection nor one begun on a kept one",
  async () => {
    const { answered, failures, cutOff, idleResets, restarts } = await underLoad("20");
    assertEquals(restarts, [20, 20, 20, 20]);
    assert(answered > 1000, `${answered} requests only`);
    assertEquals([failures, cutOff], [[], 0]);
    // As often as a worker ended, a kept connection was closed under the hands of its client; a
    // client that the machine keeps waiting for long may still meet that.
    assert(idleResets < 20, `${idleResets} kept connections were closed between two requests`);
  },
);

testNeeding(
  [NODE_22, "ip", ...NETWORK],
  "scaling up and down fails no request, neither of a new connection nor one begun on a kept one",
  async () => {
    const { failures, cutOff, restarts } = await underLoad("0", "6,2,5,1,4");
    assertEquals([restarts, failures, cutOff], [[0, 0, 0, 0], [], 0]);
  },
);
