/**
 * What only the source, or a bundle of it, can get wrong: how it starts, finds itself again to
 * start a supervisor, and loads what it needs late. All else is tested with one program.
 *
 * @module
 */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fromFileUrl } from "@std/path/posix";
import { PERMISSION_FLAGS } from "../../src/permissions.ts";
import { Tsm, until } from "./harness.ts";
import { bundleMain, denoCommand, SOURCE_MAIN } from "./tested_program.ts";

const CONFIG = fromFileUrl(new URL("../../deno.json", import.meta.url));

/** A file of each format that is loaded by a module of its own. */
const FILES: Readonly<Record<string, string>> = {
  "tsm.jsonc": `{ "processes": { "one": "sleep 1000" } } // here`,
  "Procfile": "one: sleep 1000\n",
  "process.json5": `{ apps: [{ name: 'one', script: 'sleep', args: '1000' }] }`,
  "process.yml": "apps:\n  - name: one\n    script: sleep\n    args: '1000'\n",
  "ecosystem.config.mjs":
    `export default { apps: [{ name: "one", script: "sleep", args: "1000" }] };`,
};

/** The words that a process was run with. */
function commandLine(pid: number): readonly string[] {
  return Deno.readTextFileSync(`/proc/${pid}/cmdline`).split("\0").slice(0, -1);
}

for (
  const [what, main] of [["the source", SOURCE_MAIN], ["a bundle", await bundleMain()]] as const
) {
  Deno.test(`${what} serves the page of 'tsm web' with its script`, async () => {
    await using tsm = new Tsm(denoCommand(main));
    const { url } = JSON.parse(await tsm.ok("web", "--json"));
    const script = await (await fetch(new URL("/page.js", url))).text();
    assertStringIncludes(script, "tsm-session");
  });

  Deno.test(`${what} starts a supervisor of its own kind, with the same permissions`, async () => {
    await using tsm = new Tsm(denoCommand(main));
    tsm.write("tsm.jsonc", FILES["tsm.jsonc"]!);
    await tsm.ok("start", "tsm.jsonc");
    const supervisor = [Deno.execPath(), "run", ...PERMISSION_FLAGS, main, "supervisor", "--here"];
    assertEquals(commandLine(tsm.supervisorPid()), [...supervisor, "--detached"]);
    const { pid } = (await tsm.list())["one"]!;
    await tsm.killSupervisor();
    await tsm.ok("patrol");
    assertEquals(commandLine(tsm.supervisorPid()), [...supervisor, "--detached"]);
    await until("its adoption", async () => {
      const { status, pid: now } = (await tsm.list())["one"]!;
      return status === "online" && now === pid;
    });
    await tsm.ok("shutdown");
  });

  Deno.test(`${what} reads a file of each format`, async () => {
    await using tsm = new Tsm(denoCommand(main));
    for (const [name, text] of Object.entries(FILES)) {
      tsm.write(name, text);
      assertStringIncludes(await tsm.ok("validate", name), "1 process");
    }
  });
}

Deno.test("'deno task tsm' runs the source, where it is called", async () => {
  const task = [Deno.execPath(), "task", "--quiet", "--config", CONFIG, "tsm"];
  await using tsm = new Tsm(task);
  tsm.write("tsm.jsonc", FILES["tsm.jsonc"]!);
  await tsm.ok("start", "tsm.jsonc");
  assertEquals((await tsm.list())["one"]?.cwd, tsm.work);
  assertMatch(await tsm.ok("ls"), /^1 +one +\d+ +- +online /m);
});
