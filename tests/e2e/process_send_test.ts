/** Programs of node's that say by `process.send("ready")` that they are ready, as under PM2. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { ROOT_USER, testNeeding } from "../test_needing.ts";
import { Tsm, until } from "./harness.ts";

const MESSAGE = ["--wait-ready", "message"];

/** Says that it is ready when the file `go` is there. */
const LATE = `
const fs = require("fs");
console.log(process.connected, process.env.NODE_OPTIONS.split(" ")[0]);
const timer = setInterval(() => {
  if (!fs.existsSync("go")) return;
  clearInterval(timer);
  console.log("said", process.send("ready", (error) => console.log("told", error)));
  setInterval(() => {}, 1e9);
}, 20);
`;

function untilReadiness(tsm: Tsm, name: string, expected: string) {
  return until(`${name} to be ${expected}`, async () => {
    const meta = (await tsm.list())[name];
    return meta?.readiness === expected ? meta : undefined;
  });
}

testNeeding(["node"], "a start waits for process.send('ready')", async () => {
  await using tsm = new Tsm();
  tsm.write("late.js", LATE);
  const env = { NODE_OPTIONS: "--no-deprecation" };
  const start = tsm.run(["start", "node late.js", "--name", "api", ...MESSAGE], { env });
  assertEquals((await untilReadiness(tsm, "api", "pending")).status, "launching");
  tsm.write("go", "");
  assertEquals((await start).code, 0);
  const { status, readiness } = (await tsm.list())["api"]!;
  assertEquals([status, readiness], ["online", "ready"]);
  await until("the callback", () =>
    tsm.read("runtime/processes/api/current.out") ===
      "true --no-deprecation\nsaid true\ntold null\n");
});

testNeeding(["node"], "what is said while no supervisor runs reaches the next one", async () => {
  await using tsm = new Tsm();
  tsm.write("late.js", LATE);
  const start = tsm.run(["start", "node late.js", "--name", "api", ...MESSAGE]);
  const { pid } = await untilReadiness(tsm, "api", "pending");
  // It stands still, so that whoever asks meanwhile starts no other.
  Deno.kill(tsm.supervisorPid(), "SIGSTOP");
  tsm.write("go", "");
  await until(
    "its word",
    () => tsm.read("runtime/processes/api/current.out").includes("said true"),
  );
  await tsm.killSupervisor();
  const after = await untilReadiness(tsm, "api", "ready");
  await start;
  assertEquals([after.pid, after.status], [pid, "online"]);
});

testNeeding(["node"], "strangers on its socket keep nobody from hearing the program", async () => {
  await using tsm = new Tsm();
  tsm.write("late.js", LATE);
  const start = tsm.run(["start", "node late.js", "--name", "api", ...MESSAGE]);
  await untilReadiness(tsm, "api", "pending");
  // Strangers that say nothing, far too much, or something else, and are waited for in vain.
  tsm.write(
    "strangers.js",
    `const paths = require("fs").readdirSync(process.argv[2]).map((name) => process.argv[2] + name);
for (const path of paths) {
  for (const word of ["", "x".repeat(65536), "ready", "READY=1\\n"]) {
    require("net").connect(path).on("error", () => {}).write(word, () => console.log("said"));
  }
}
setInterval(() => {}, 1e9);
`,
  );
  const directory = `${tsm.path("runtime", "notify")}/`;
  const strangers = `exec node strangers.js ${directory}`;
  await tsm.ok("start", strangers, "--name", "strangers");
  await until(
    "their words",
    () => tsm.read("runtime/processes/strangers/current.out").startsWith("said"),
  );
  assertEquals((await tsm.list())["api"]!.readiness, "pending");
  tsm.write("go", "");
  assertEquals((await start).code, 0);
  await untilReadiness(tsm, "api", "ready");
});

testNeeding(["node"], "a program that has said it ends when it is done, heard or not", async () => {
  await using tsm = new Tsm();
  tsm.write("job.mjs", `process.send("ready"); process.send({ any: "thing" });\n`);
  const flags = [...MESSAGE, "--autorestart", "never"];
  await tsm.run(["start", "node job.mjs", "--name", "job", ...flags]);
  await until("its end", async () => (await tsm.list())["job"]?.status === "stopped");
  assertEquals((await tsm.list())["job"]!.exit_code, 0);
});

testNeeding(
  ["node"],
  "a child that node has connected to its parent keeps its process.send",
  async () => {
    await using tsm = new Tsm();
    tsm.write("child.js", `process.send("ready"); process.disconnect();\n`);
    tsm.write(
      "parent.js",
      `const child = require("child_process").fork("child.js");
child.on("message", (said) => console.log("child:", said));
child.on("exit", () => process.send("ready"));
setInterval(() => {}, 1e9);
`,
    );
    await tsm.ok("start", "node parent.js", "--name", "api", ...MESSAGE);
    assertEquals(tsm.read("runtime/processes/api/current.out"), "child: ready\n");
  },
);

testNeeding(
  ["node"],
  "a PM2 file with wait_ready waits for process.send; listen_timeout bounds that",
  async () => {
    await using tsm = new Tsm();
    tsm.write(
      "ready.js",
      `setTimeout(() => process.send("ready"), 300); setInterval(() => {}, 1e9);\n`,
    );
    tsm.write("mute.js", `setInterval(() => {}, 1e9);\n`);
    const file = tsm.write(
      "ecosystem.config.js",
      `module.exports = { apps: [
      { name: "ready", script: "ready.js", wait_ready: true },
      { name: "mute", script: "mute.js", wait_ready: true, listen_timeout: 500 },
    ] };\n`,
    );
    const { code, stdout, stderr } = await tsm.run(["start", file]);
    assertEquals(code, 1, stdout + stderr);
    assertStringIncludes(stdout + stderr, `it has not called process.send("ready")`);
    const { ready, mute } = await tsm.list();
    assertEquals([ready!.status, ready!.readiness], ["online", "ready"]);
    assertEquals([mute!.status, mute!.readiness], ["online", "late"]);
  },
);

testNeeding(
  ["node"],
  "a program that calls process.send and is not waited for has it all the same",
  async () => {
    await using tsm = new Tsm();
    tsm.write("child.js", `console.log("child:", typeof process.send);\n`);
    tsm.write(
      "api.js",
      `process.send("ready");
require("child_process").spawn(process.execPath, ["child.js"], { stdio: "inherit" });
setInterval(() => {}, 1e9);
`,
    );
    await tsm.ok("start", "api.js");
    const out = "runtime/processes/api/current.out";
    await until("its child", () => tsm.read(out) === "child: undefined\n");
    const { status, restarts, readiness } = (await tsm.list())["api"]!;
    assertEquals([status, restarts, readiness], ["online", 0, undefined]);
  },
);

testNeeding(
  [ROOT_USER],
  "another user, who cannot reach the socket, is refused with that reason",
  async () => {
    await using tsm = new Tsm();
    for (
      const how of [["--wait-ready", "message"], ["--wait-ready=notify"], ["--watchdog", "5s"]]
    ) {
      const said = await tsm.fails(
        64,
        ...["start", "sleep 1000", "--name", "api", "--user", "nobody", "--cwd", "/", ...how],
      );
      assertStringIncludes(said, "closed to user 'nobody'");
    }
    assertEquals(await tsm.list(), {});
  },
);
