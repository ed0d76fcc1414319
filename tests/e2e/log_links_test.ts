/**
 * `log_links`: logs are found where PM2's files say that they are.
 *
 * @module
 */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { readTextIfThere } from "../../src/files/read_text.ts";
import { ROOT_USER, testNeeding } from "../test_needing.ts";
import { Tsm, until } from "./harness.ts";

/** Starts what a PM2 file of these apps lists; gives what is said on stderr. */
async function startApps(tsm: Tsm, ...apps: readonly Readonly<Record<string, unknown>>[]) {
  const { code, stderr } = await tsm.run([
    "start",
    tsm.write("process.json", JSON.stringify(apps)),
  ]);
  assertEquals(code, 0, stderr);
  return stderr;
}

/** Awaits that a file of the test has this text. */
async function untilText(tsm: Tsm, file: string, text: string): Promise<void> {
  await until(`'${text}' in ${file}`, () => readTextIfThere(`${tsm.work}/${file}`) === text);
}

const SPEAK = "echo out $TSM_INSTANCE; echo err $TSM_INSTANCE >&2; exec sleep 1000";

Deno.test("the log paths of a PM2 file lead to the logs, each instance's by its number, also after a rotation", async () => {
  await using tsm = new Tsm();
  const said = await startApps(tsm, {
    name: "api",
    script: SPEAK,
    out_file: "./logs/out.log",
    error_file: "logs/err.log",
    instances: 2,
    exec_mode: "fork",
  });
  assertEquals(said, "");
  for (const instance of [0, 1]) {
    await untilText(tsm, `logs/out-${instance}.log`, `out ${instance}\n`);
    await untilText(tsm, `logs/err-${instance}.log`, `err ${instance}\n`);
  }
  await tsm.rotate("api-1");
  await untilText(tsm, "logs/out-1.log", "");
  await tsm.ok("restart", "api-1");
  await untilText(tsm, "logs/out-1.log", "out 1\n");
});

Deno.test("a file or a link of somebody else's in the way is kept, and told at each start and by describe", async () => {
  await using tsm = new Tsm();
  tsm.write("out.log", "of PM2's\n");
  Deno.symlinkSync("/dev/null", `${tsm.work}/err.log`);
  const app = { name: "api", script: SPEAK, out_file: "out.log", error_file: "err.log" };
  const said = await startApps(tsm, app);
  assertStringIncludes(
    said,
    `api: current.out has no link at '${tsm.work}/out.log': a file of its`,
  );
  assertStringIncludes(said, "current.err has no link");
  assertStringIncludes(said, "a link to something else is there, and is kept");
  assertStringIncludes(await tsm.ok("describe", "api"), "a file of its own is there");
  await tsm.ok("stop", "api");
  assertEquals(Deno.readTextFileSync(`${tsm.work}/out.log`), "of PM2's\n");
  assertEquals(Deno.readLinkSync(`${tsm.work}/err.log`), "/dev/null");
});

Deno.test("a link to the log of a process that is gone is replaced; two processes are not linked at one path", async () => {
  await using tsm = new Tsm();
  const gone = tsm.path("runtime/processes/gone/current.out");
  Deno.symlinkSync(gone, `${tsm.work}/out.log`);
  const app = { script: SPEAK, out_file: "out.log" };
  const said = await startApps(tsm, { ...app, name: "a" });
  assertEquals(said, "");
  await untilText(tsm, "out.log", "out 0\n");
  const file = tsm.write("other.json", JSON.stringify([{ ...app, name: "b" }]));
  const { stderr } = await tsm.run(["start", file]);
  assertStringIncludes(stderr, "b: current.out has no link");
  assertStringIncludes(stderr, "that is a link to a log of 'a', and one path cannot lead to two");
  assertEquals(
    Deno.readLinkSync(`${tsm.work}/out.log`),
    tsm.path("runtime/processes/a/current.out"),
  );
});

Deno.test("with merge_logs the path leads to the first instance's log, which is told; /dev/null is no path", async () => {
  await using tsm = new Tsm();
  const app = { name: "api", script: SPEAK, instances: 2, exec_mode: "fork", merge_logs: true };
  const said = await startApps(tsm, { ...app, out_file: "all.log", error_file: "/dev/null" });
  assertStringIncludes(
    said,
    "api: merge_logs: each instance has logs of its own, and the paths lead to",
  );
  await untilText(tsm, "all.log", "out 0\n");
  const names = [...Deno.readDirSync(tsm.work)].map(({ name }) => name).sort();
  assertEquals(names, ["all.log", "process.json"]);
});

testNeeding(
  [ROOT_USER],
  "a process of another user gets no link into a root it cannot enter, which is said",
  async () => {
    await using tsm = new Tsm();
    const flags = ["--user", "nobody", "--cwd", "/", "--log-link-out", `${tsm.work}/out.log`];
    const { code, stderr } = await tsm.run(["start", "sleep 1000", "--name", "api", ...flags]);
    assertEquals(code, 0, stderr);
    assertStringIncludes(stderr, "'nobody' could not follow it into tsm's root");
    assertEquals(readTextIfThere(`${tsm.work}/out.log`), undefined);
  },
);
