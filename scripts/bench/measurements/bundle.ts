import { COMPILE_FLAGS } from "../../compile_flags.ts";
import type { Measurement } from "../measurement.ts";
import { interleave } from "../measure.ts";
import { run } from "../run.ts";

const MAIN = new URL("../../../main.ts", import.meta.url).pathname;

/** Whether one bundled file or tsm's split bundle starts faster. */
export const bundle: Measurement = {
  name: "bundle",
  slow: true,
  async run(bench) {
    const dir = await bench.directory("bundle");
    const whole = await compileWhole(dir);
    const env = { TSM_ROOT: `${dir}/root` };
    const series = await interleave([
      { contender: "tsm", run: () => run({ argv: [bench.tsm, "ls"], env }) },
      { contender: "one file", run: () => run({ argv: [whole, "ls"], env }) },
    ], 11);
    return [{
      what: "start of 'ls': a split bundle, or one file",
      unit: "ms",
      series,
      targets: [],
      note: "tsm is built as a split bundle",
    }];
  },
};

async function compileWhole(dir: string): Promise<string> {
  const output = `${dir}/one-file`;
  await deno(["bundle", "--quiet", "--minify", "--output", `${output}.js`, MAIN]);
  await deno(["compile", ...COMPILE_FLAGS, "--output", output, `${output}.js`]);
  return output;
}

async function deno(args: readonly string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), { args: [...args] }).output();
  if (!success) throw new Error(`deno ${args[0]}: ${new TextDecoder().decode(stderr).trim()}`);
}
