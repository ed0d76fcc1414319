import { PERMISSION_FLAGS } from "../../../src/permissions.ts";
import type { Measurement } from "../measurement.ts";
import { interleave } from "../measure.ts";
import { run } from "../run.ts";

const MAIN = new URL("../../../main.ts", import.meta.url).pathname;

/** Whether one bundled file or a split bundle starts faster. */
export const bundle: Measurement = {
  name: "bundle",
  slow: true,
  async run(bench) {
    const dir = await bench.directory("bundle");
    const split = await compile(dir, "split", ["--code-splitting", "--outdir", `${dir}/parts`]);
    const whole = await compile(dir, "one-file", ["--output", `${dir}/parts/main.js`]);
    const env = { TSM_ROOT: `${dir}/root` };
    const series = await interleave([
      { contender: "tsm", run: () => run({ argv: [split, "ls"], env }) },
      { contender: "one file", run: () => run({ argv: [whole, "ls"], env }) },
    ], 41);
    return [{
      what: "start of 'ls': a split bundle, or one file",
      unit: "ms",
      series,
      targets: [],
      note: "tsm is built as a split bundle",
    }];
  },
};

async function compile(dir: string, name: string, flags: readonly string[]): Promise<string> {
  await deno(["bundle", "--quiet", "--minify", ...flags, MAIN]);
  const output = `${dir}/${name}`;
  const plain = ["--quiet", "--no-code-cache", "--no-check", "--no-lock", "--no-config"];
  await deno([
    "compile",
    ...plain,
    ...PERMISSION_FLAGS,
    "--output",
    output,
    `${dir}/parts/main.js`,
  ]);
  await Deno.remove(`${dir}/parts`, { recursive: true });
  return output;
}

async function deno(args: readonly string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), { args: [...args] }).output();
  if (!success) throw new Error(`deno ${args[0]}: ${new TextDecoder().decode(stderr).trim()}`);
}
