import { delay } from "@std/async/delay";
import type { Measurement } from "../measurement.ts";
import { atMost, type Series } from "../result.ts";
import { command, run } from "../run.ts";
import { countLines } from "../count_lines.ts";

// Numbers, one a line, as fast as they come.
const WRITER = ["seq", "1", "100000000000"];

// Older files are being compressed meanwhile: each is there as it was, or compressed.
const WHOLE_LOG = `
cd "$1" || exit
for file in $(ls | grep -E '^[0-9-]+[.]out([.]gz)?$' | sed 's/[.]gz$//' | sort -uV) current.out; do
  if [ -f "$file" ]; then cat "$file"; else zcat "$file.gz"; fi
done`;

/** Lines lost while a log is rotated again and again under a writer at full speed. */
export const rotationLoss: Measurement = {
  name: "rotation-loss",
  async run(bench) {
    const rotations = bench.quick ? 5 : 50;
    const dir = await bench.directory("rotated");
    const series: Series[] = [
      { contender: "tsm", samples: [await byTsm(bench.tsm, dir, rotations)] },
      { contender: "copytruncate", samples: [await byCopyTruncate(dir, rotations)] },
    ];
    await Deno.remove(dir, { recursive: true });
    return [{
      what: `lines lost in ${rotations} rotations at full speed`,
      unit: "",
      series,
      targets: [atMost(0, "0")],
      note: "copytruncate: cp and truncate, as logrotate and pm2-logrotate do it",
    }];
  },
};

async function byTsm(binary: string, dir: string, rotations: number): Promise<number> {
  const root = `${dir}/root`;
  const call = (...args: string[]) => ({ argv: [binary, ...args], env: { TSM_ROOT: root } });
  const keeping = ["--log-max-size", "0", "--log-max-files", "0"];
  try {
    await run(call("start", "--name", "writer", ...keeping, "--", ...WRITER));
    for (let done = 0; done < rotations; done++) await run(call("logs", "rotate", "writer"));
    await run(call("stop", "--keep", "writer"));
    const logs = `${root}/runtime/processes/writer`;
    return await lost(["/bin/sh", "-c", WHOLE_LOG, "sh", logs]);
  } finally {
    await run(call("shutdown"));
  }
}

async function byCopyTruncate(dir: string, rotations: number): Promise<number> {
  const log = `${dir}/writer.log`;
  const argv = ["/bin/sh", "-c", `exec ${WRITER.join(" ")} >>'${log}'`];
  const writer = command({ argv }).spawn();
  try {
    for (let done = 0; done < rotations; done++) {
      await delay(50);
      await run({ argv: ["/bin/sh", "-c", `cp "$1" "$1.${done}" && : >"$1"`, "sh", log] });
    }
  } finally {
    writer.kill("SIGKILL");
    await writer.status;
  }
  return await lost(["/bin/sh", "-c", `cat $(ls "$1".* | sort -V) "$1"`, "sh", log]);
}

async function lost(argv: readonly string[]): Promise<number> {
  const child = command({ argv }, "piped").spawn();
  const { lines, last } = await countLines(child.stdout);
  await child.status;
  return last - lines;
}
