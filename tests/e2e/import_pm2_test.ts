import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { ImportedProcess } from "../../src/pm2/pm2_dump.ts";
import { readTextIfThere } from "../../src/files/read_text.ts";
import { canShare } from "../../src/program/node_version.ts";
import { PM2_PROGRAM, REAL_PM2 } from "../pm2/real_pm2.ts";
import { testNeeding } from "../test_needing.ts";
import { isRunning, Tsm, until } from "./harness.ts";

/** What the job tells of itself. */
interface Proof {
  readonly argv: string[];
  readonly execArgv: string[];
  readonly cwd: string;
  readonly env: Record<string, string>;
}

const JOB = `
const fs = require("fs");
fs.writeFileSync(process.env.PROOF, JSON.stringify({ argv: process.argv.slice(2), execArgv:
  process.execArgv, cwd: process.cwd(), env: process.env }));
setInterval(() => {}, 1000);
`;

const ECOSYSTEM = `
module.exports = { apps: [
  { name: "web", script: "./job.js", args: ["--verbose", "two words"], node_args: "--no-warnings",
    env: { PROOF: "web.json", GREETING: "two\\nlines" }, kill_timeout: 3000, namespace: "shop" },
  { name: "workers", script: "./job.js", exec_mode: "cluster", instances: 2,
    env: { PROOF: "workers.json" } },
] };
`;

/** The version of the node on the PATH. */
async function versionOfNode(): Promise<string> {
  const { stdout } = await new Deno.Command("node", { args: ["--version"] }).output();
  return new TextDecoder().decode(stdout).slice(1);
}

testNeeding(
  ["node", REAL_PM2],
  "what a real PM2 7 saved is shown, refused while PM2 runs, and started",
  async () => {
    await using tsm = new Tsm();
    const home = `${tsm.work}/pm2-home`;
    const pm2 = async (...args: string[]) => {
      const { success, stderr, stdout } = await new Deno.Command(PM2_PROGRAM, {
        args,
        cwd: tsm.work,
        env: { PM2_HOME: home },
        stdin: "null",
      }).output();
      const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
      assert(success, `pm2 ${args.join(" ")}: ${said}`);
    };
    tsm.write("job.js", JOB);
    tsm.write("ecosystem.config.js", ECOSYSTEM);
    const env = { PM2_HOME: home };
    const proofs = ["web.json", "workers.json"].map((name) => `${tsm.work}/${name}`);
    try {
      await pm2("start", "ecosystem.config.js");
      await pm2("save");
      const refused = await tsm.run(["import", "pm2", "--apply"], { env });
      assertEquals(refused.code, 1);
      assertStringIncludes(refused.stderr, "PM2 still runs");
      assertEquals(await tsm.list(), {});
      for (const proof of proofs) await until("what PM2's job saw", () => readProof(proof));
    } finally {
      const daemon = Number(readTextIfThere(`${home}/pm2.pid`) ?? "");
      await pm2("kill");
      await until("the end of PM2", () => !isRunning(daemon));
    }
    for (const proof of proofs) Deno.removeSync(proof);

    const shown = await tsm.run(["import", "pm2", "--json"], { env });
    const [web] = (JSON.parse(shown.stdout) as ImportedProcess[]).filter(({ name }) =>
      name === "web"
    );
    assertEquals(web!.words, [`${tsm.work}/job.js`, "--verbose", "two words"]);
    assertEquals(await tsm.list(), {}, "it only shows");

    const applied = await tsm.run(["import", "pm2", "--apply"], { env });
    assertEquals(applied.code, 0, applied.stderr);
    assertStringIncludes(applied.stderr, "workers: cluster mode: 2 workers");
    const listed = await tsm.list();
    // The node of this machine may be too old to share a port.
    const areShared = canShare(await versionOfNode());
    const workers = areShared ? ["workers-0", "workers-1"] : ["workers"];
    assertEquals(Object.keys(listed).sort(), ["web", ...workers]);
    assertEquals(applied.stderr.includes("its 2 instances are one process"), !areShared);
    const spec = JSON.parse(tsm.read("runtime", "processes", "web", "spec.json"));
    assertEquals([spec.kill_timeout, spec.namespace], [3000, "shop"]);

    const proof = await until("what the job saw", () => readProof(`${tsm.work}/web.json`));
    assertEquals(proof.argv, ["--verbose", "two words"]);
    assertEquals(proof.execArgv, ["--no-warnings"]);
    assertEquals(proof.cwd, tsm.work);
    assertEquals(proof.env["GREETING"], "two\nlines");
    const left = Object.keys(proof.env).filter((name) =>
      /^(PM2|pm_|axm_|unique_id|web$)/.test(name)
    );
    assertEquals(left, []);

    // The other app knows nothing of this one's variables.
    assert(!("GREETING" in JSON.parse(await tsm.ok("env", "workers", "--json"))));
    const twice = await tsm.run(["import", "pm2", "--apply"], { env });
    assertEquals(twice.code, 1);
    assertStringIncludes(twice.stderr, "already running");
    assertEquals((await tsm.list())["web"]!.pid, listed["web"]!.pid);
  },
);

Deno.test("a dump that is missing or damaged is refused with what to do", async () => {
  await using tsm = new Tsm();
  const dump = tsm.write("dump.pm2", '[{"name"');
  const damaged = await tsm.fails(64, "import", "pm2", "--dump", dump);
  assertStringIncludes(damaged, "not JSON");
  assertStringIncludes(damaged, "'pm2 save' writes it anew");
  tsm.write("dump.pm2.bak", "[]");
  assertStringIncludes(
    await tsm.fails(64, "import", "pm2", "--dump", dump),
    `--dump ${dump}.bak`,
  );
  await tsm.fails(66, "import", "pm2", "--dump", `${dump}.nowhere`);
  await tsm.fails(64, "import", "forever");
});

Deno.test("an entry that cannot be started does not hold up the others", async () => {
  await using tsm = new Tsm();
  const entry = { pm_cwd: tsm.work, exec_interpreter: "none", env: { PATH: "/usr/bin:/bin" } };
  const dump = tsm.write(
    "dump.pm2",
    JSON.stringify([
      { ...entry, name: "gone", pm_exec_path: `${tsm.work}/gone` },
      { ...entry, name: "whole", pm_exec_path: "/bin/sleep", args: ["1000"] },
    ]),
  );
  const { code, stderr } = await tsm.run(["import", "pm2", "--dump", dump, "--apply"]);
  assertEquals(code, 1);
  assertStringIncludes(stderr, "Cannot start 'gone'");
  assertEquals(Object.keys(await tsm.list()), ["whole"]);
});

/** What the job wrote of itself, once it is whole: two workers may write it at once. */
function readProof(path: string): Proof | undefined {
  try {
    return JSON.parse(readTextIfThere(path) ?? "");
  } catch {
    return undefined;
  }
}
