/**
 * Measures tsm next to what a user would otherwise take, and next to what the
 * machine can do at all.
 *
 *   deno task bench [--quick] [--only NAME] [--json FILE]
 *
 * Exits with 1 only where a measurement is broken, never for a missed target, nor for another
 * than tsm that fails: that one is left out.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { VERSION } from "../../src/version.ts";
import { Bench } from "./bench.ts";
import { isMissing, isThere } from "./contender.ts";
import { findOthers } from "./contenders.ts";
import { tsm } from "./contenders/tsm.ts";
import { compileLimits } from "./limits.ts";
import { MEASUREMENTS } from "./measurements.ts";
import { formatResult } from "./report.ts";
import type { Result } from "./result.ts";
import { writeReadmeRows } from "./readme_rows.ts";
import { writeResults } from "./results_file.ts";
import { setEnvironment } from "./run.ts";

const flags = parseArgs(Deno.args.slice(), { string: ["only", "json"], boolean: ["quick"] });
const only = flags.only as string | undefined;
const json = flags.json as string | undefined;
const quick = flags.quick === true;
const chosen = MEASUREMENTS.filter(({ name, slow }) =>
  only === undefined ? !(quick && slow) : name === only
);
if (chosen.length === 0) {
  const names = MEASUREMENTS.map(({ name }) => name).join(", ");
  console.error(`bench: there is no measurement '${only}'; there are ${names}`);
  Deno.exit(64);
}

const project = new URL("../..", import.meta.url).pathname;
const binary = `${project}dist/tsm`;
const build = new Deno.Command(Deno.execPath(), { args: ["task", "--quiet", "build"] });
if (!(await build.spawn().status).success) Deno.exit(1);

const dir = await Deno.makeTempDir({ prefix: "tsm-bench-" });
setEnvironment(dir, quick ? 120_000 : 1_800_000);
const found = await findOthers(!quick);
const missing = found.filter(isMissing);
const contenders = [tsm(binary, VERSION), ...found.filter(isThere)];
const bench = new Bench({
  dir,
  tsm: binary,
  contenders,
  limits: await compileLimits(dir),
  quick,
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  Deno.addSignalListener(signal, async () => {
    console.error(`bench: ${signal}: ending what was started`);
    await bench.end().catch((error) => console.error(`bench: ${error}`));
    Deno.exit(130);
  });
}

const begun = performance.now();
for (const { name, version } of contenders) console.log(`${name} ${version}`);
for (const { name, reason } of missing) console.log(`${name} left out: ${reason}`);
const results: Result[] = [];
let broken = 0;
const color = Deno.stdout.isTerminal() && Deno.env.get("NO_COLOR") === undefined;
try {
  for (const { name, run } of chosen) {
    const started = performance.now();
    try {
      for (const result of await run(bench)) {
        results.push(result);
        console.log(`\n${formatResult(result, color)}`);
      }
      console.log(`  (${name} took ${((performance.now() - started) / 1000).toFixed(0)} s)`);
      // After each measurement, so that an interrupted run leaves what has been measured.
      if (!quick && only === undefined) {
        await writeResults(results, contenders, [...missing, ...bench.leftOut]);
      }
    } catch (error) {
      broken++;
      console.error(`\nbench: ${name} is broken: ${(error as Error).stack ?? error}`);
    }
  }
  if (!quick && only === undefined) {
    await writeReadmeRows(results, bench.contenders);
    console.log(`\nall of it took ${((performance.now() - begun) / 60_000).toFixed(1)} minutes`);
  }
} finally {
  await bench.end().catch((error) => console.error(`bench: ${error}`));
}
if (json !== undefined) {
  await Deno.writeTextFile(json, `${JSON.stringify(results, null, 2)}\n`);
}
Deno.exit(broken > 0 ? 1 : 0);
