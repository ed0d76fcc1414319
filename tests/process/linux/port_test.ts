import { assertEquals, assertThrows } from "@std/assert";
import { freePort, until } from "../../e2e/harness.ts";
import {
  findPortHolder,
  listeningPortsOf,
  listensOn,
  parseListeningSockets,
  readListeningPorts,
} from "../../../src/process/linux/port.ts";
import { firstFreePort } from "../../../src/process/first_free_port.ts";
import { type Need, testNeeding } from "../../test_needing.ts";

const HEADER =
  "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";

Deno.test("ports are read from tcp and tcp6 lines, those that are listened on", () => {
  const text = HEADER +
    "   0: 0100007F:0BB8 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 111 1 x 100 0 0 10 0\n" +
    "   1: 0100007F:0BB9 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 222 1 x 20 4 0 10 -1\n" +
    HEADER.replace("local_address", "local_address                        ") +
    "   0: 00000000000000000000000000000000:1F90 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 333 1 x 100 0 0 10 0\n" +
    "  10: 00000000000000000000000001000000:FFFF 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 444 1 x 100 0 0 10 0\n" +
    " 111: 0000000000000000FFFF00000100007F:1F91 0000000000000000FFFF00000100007F:C351 06 00000000:00000000 00:00000000 00000000  1000        0 555 1 x 100 0 0 10 0\n";
  assertEquals(parseListeningSockets(text), [
    { port: 3000, inode: "111" },
    { port: 8080, inode: "333" },
    { port: 65535, inode: "444" },
  ]);
});

Deno.test("what is no table has no ports", () => {
  assertEquals(parseListeningSockets(""), []);
  assertEquals(parseListeningSockets(HEADER), []);
  assertEquals(parseListeningSockets("cat: /proc/net/tcp6: No such file or directory\n"), []);
});

function canListen(hostname: string): boolean {
  try {
    Deno.listen({ hostname, port: 0 }).close();
    return true;
  } catch {
    return false;
  }
}

for (const hostname of ["127.0.0.1", "0.0.0.0", "::1"]) {
  const address: Need = { absence: `no ${hostname}`, isMet: () => canListen(hostname) };
  testNeeding(
    [address],
    `a port that is listened on at ${hostname} is seen, with who holds it`,
    async () => {
      using listener = Deno.listen({ hostname, port: 0 });
      const { port } = listener.addr;
      // The same port of another address may be another test's for a while.
      await until("its holder", async () => {
        const inode = (await readListeningPorts()).get(port)!;
        return (await findPortHolder(inode))?.pid === Deno.pid;
      });
    },
  );
}

Deno.test("a port is free again when its listener is closed", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  // What another test is starting just now holds it as well, until it executes its program.
  await until("it to be free", async () => !(await readListeningPorts()).has(port));
});

Deno.test("nobody holds a socket that is not there", async () => {
  assertEquals(await findPortHolder("999999999999"), undefined);
});

Deno.test("the first free port is from 3000 up, past those listened on and those meant for others", () => {
  assertEquals(firstFreePort(new Map(), new Set()), 3000);
  assertEquals(firstFreePort(new Map([[3000, "1"], [3002, "2"]]), new Set([3001])), 3003);
  const all = new Set(Array.from({ length: 65536 }, (_, port) => port));
  assertThrows(() => firstFreePort(new Map(), all), Deno.errors.AddrInUse);
});

testNeeding(
  ["python3"],
  "of several that share a port, each is told by a socket of its own",
  async () => {
    const port = freePort();
    const script = `
import socket, sys
server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
server.bind(("127.0.0.1", ${port}))
server.listen()
print("listening", flush=True)
sys.stdin.read()
`;
    // The leader of the second session listens on nothing, what it has started does.
    const python = ["python3", "-c", script];
    const commands = [python, ["sh", "-c", '"$@" <&3 & wait', "sh", ...python], ["cat"]];
    const children = commands.map((words) =>
      new Deno.Command("setsid", {
        args: ["sh", "-c", 'exec 3<&0; exec "$@"', "sh", ...words],
        stdin: "piped",
        stdout: "piped",
      }).spawn()
    );
    const [stranger, ...sharing] = children.toReversed();
    try {
      for (const { pid, stdout } of sharing) {
        // Said when it listens; the rest, its end, is read too.
        for await (const _ of stdout.values({ preventCancel: true })) break;
        assertEquals(await listensOn(pid, port), true);
        assertEquals(await listeningPortsOf(pid), new Set([port]));
      }
      assertEquals(await listensOn(stranger!.pid, port), false);
    } finally {
      for (const child of children) await child.stdin.close();
      await Promise.all(
        children.map(({ status, stdout }) => Promise.all([status, stdout.cancel()])),
      );
    }
  },
);
