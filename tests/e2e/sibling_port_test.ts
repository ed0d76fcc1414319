/**
 * Several instances of a program that chooses its port itself: only one of them can serve.
 *
 * @module
 */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { testNeeding } from "../test_needing.ts";
import { freePort, Tsm, until } from "./harness.ts";

const PROGRAMS: Readonly<Record<string, readonly [file: string, text: (port: number) => string]>> =
  {
    node: ["server.js", (port) => `require("http").createServer().listen(${port});`],
    python3: [
      "server.py",
      (port) =>
        `import http.server as s\ns.HTTPServer(("", ${port}), s.BaseHTTPRequestHandler).serve_forever()`,
    ],
  };

for (const [program, [file, text]] of Object.entries(PROGRAMS)) {
  testNeeding(
    [program],
    `instances of ${program} that choose one port are told of by it, and all but one are given up`,
    async () => {
      await using tsm = new Tsm();
      const port = freePort();
      tsm.write(file, text(port));
      const app = { name: "web", script: file, instances: 3, exec_mode: "fork" };
      const taken = new RegExp(`port ${port} is taken by web-[012], another instance of it`);
      const { code, stderr } = await tsm.run([
        "start",
        tsm.write("process.json", JSON.stringify([app])),
      ]);
      // On a busy machine its first moments are over before it listens: then the start has not seen it fail.
      if (code !== 0) assertMatch(stderr, taken);
      const errored = await until("two to be given up", async () => {
        const all = Object.values(await tsm.list()).filter(({ status }) => status === "errored");
        return all.length === 2 ? all : undefined;
      });
      for (const { reason, restarts } of errored) {
        assertMatch(reason!, taken);
        assertStringIncludes(reason!, "increment_var: 'PORT'");
        // It may have ended before any of the others listened.
        assertEquals(restarts <= 1, true);
      }
    },
  );
}

testNeeding(
  ["node"],
  "an instance whose port a stranger has is not told that another instance has it",
  async () => {
    await using tsm = new Tsm();
    const port = freePort(2);
    using _stranger = Deno.listen({ port });
    tsm.write(
      "server.js",
      `const { connect, createServer } = require("net");
const listen = () => createServer().listen(${port} + Number(process.env.TSM_INSTANCE));
const await1 = () => connect(${
        port + 1
      }).on("connect", listen).on("error", () => setTimeout(await1, 10));
process.env.TSM_INSTANCE === "0" ? await1() : listen();
`,
    );
    const flags = ["--instances", "2", "--max-restarts", "1", "--min-uptime", "1m"];
    await tsm.run(["start", "server.js", "--name", "web", ...flags]);
    const { reason } = await until("one to be given up", async () => {
      const one = (await tsm.list())["web-0"]!;
      return one.status === "errored" ? one : undefined;
    });
    assertEquals(reason, "exited with code 1; 1 unstable restarts in a row");
  },
);

testNeeding(
  ["node"],
  "instances of a program that listens on nothing are all started",
  async () => {
    await using tsm = new Tsm();
    tsm.write("work.js", "setInterval(() => {}, 1000)");
    await tsm.ok("start", "work.js", "--instances", "3");
    const statuses = Object.values(await tsm.list()).map(({ status }) => status);
    assertEquals(statuses, ["online", "online", "online"]);
  },
);
