import type { Bench } from "../bench.ts";
import type { Measurement } from "../measurement.ts";
import { missingNumbers } from "../missing_numbers.ts";
import { cpuTime, cpuTimeOfCommands } from "../proc.ts";
import { atMost, atMostTimes, LIMIT } from "../result.ts";
import { command, outputOf, run } from "../run.ts";
import { until } from "../until.ts";

/** How many write at the same time. */
const WRITERS = 20;
/** Bytes that all of them together write in a second. */
const RATE = 50_000_000;
/** Blocks that each writes in a second: it sleeps for the rest of the time. */
const BLOCKS = 2;
const FIRST = 100_000_000_000;
/** Of a line: twelve digits and the end of the line. */
const LINE = 13;
/** Lines of a block. */
const LINES = Math.round(RATE / WRITERS / BLOCKS / LINE);

/** Writes numbers, one a line and counting up, in blocks of a part of a second. */
const WRITER = `
first=${FIRST}
for block in $(seq "$1"); do
  sleep ${1 / BLOCKS} &
  seq "$first" $((first + ${LINES - 1}))
  first=$((first + ${LINES}))
  wait
done
: >"$2"
exec sleep 100000`;

/** Every line of a log, in any order. Files that are compressed are there in that form alone. */
const WHOLE_LOG = `
cd "$1" || exit
for file in $(ls | grep -E '^[0-9-]+[.]out([.]gz)?$' | sed 's/[.]gz$//' | sort -u) current.out; do
  cat "$file" 2>/dev/null || zcat "$file.gz"
done`;

/** Many logs that grow at once, for a time, and are rotated: what is lost, and what it costs. */
export const logLoad: Measurement = {
  name: "log-load",
  async run(bench) {
    const seconds = bench.quick ? 1 : 40;
    const size = bench.quick ? "1M" : "10M";
    const opened = await bench.openTsm();
    const names = Array.from({ length: WRITERS }, (_, index) => `writer-${index + 1}`);
    const done = names.map((name) => `${opened.dir}/${name}.done`);
    const keeping = ["--log-max-size", size, "--log-max-files", "0"];
    for (const [index, name] of names.entries()) {
      const argv = ["/bin/sh", "-c", WRITER, "sh", String(seconds * BLOCKS), done[index]!];
      await run(opened.call("start", "--name", name, ...keeping, "--", ...argv));
    }
    const cpu = cpuTime(opened.daemon.supervisors());
    await until("all lines to be written", () => isThere(done), { interval: 100 });
    const processes = `${opened.dir}/root/runtime/processes`;
    const used = cpuTime(opened.daemon.supervisors()) - cpu;
    const compressing = await cpuOfGzip(bench, processes);
    // Nobody is to rotate a log while it is counted.
    await run(opened.call("shutdown"));
    const expected = seconds * BLOCKS * LINES;
    let lost = 0;
    let copying = 0;
    for (const name of names) {
      const dir = `${processes}/${name}`;
      copying += await cpuOfCopy(bench, dir, expected * LINE);
      const child = command({ argv: ["/bin/sh", "-c", WHOLE_LOG, "sh", dir] }, "piped").spawn();
      const { written, missing } = await missingNumbers(child.stdout, FIRST);
      // A log that could not be read is not one that was lost.
      if (!(await child.status).success) throw new Error(`the log of ${name} cannot be read`);
      // What is missing at the end is no gap.
      lost += missing + expected - written;
    }
    await bench.close(opened);
    const gigabytes = (expected * LINE * WRITERS / 1e9).toFixed(1);
    const what = `${gigabytes} GB of log, 50 MB/s of ${WRITERS} processes`;
    return [
      {
        what: `lines lost of ${what}`,
        unit: "",
        series: [{ contender: "tsm", samples: [lost] }],
        targets: [atMost(0, "0")],
        note: `rotated at ${size}B; of ${expected * WRITERS} lines each is counted`,
      },
      {
        what: `CPU of the supervisor for ${what}`,
        unit: "ms",
        series: [
          { contender: "tsm", samples: [used - compressing] },
          { contender: LIMIT, samples: [copying] },
        ],
        targets: [atMostTimes(2, LIMIT)],
        note: "compression left out; limit: cp of the same bytes",
      },
    ];
  },
};

/**
 * CPU time of `gzip` for the files that are compressed by now, as tsm calls it: told from one file a
 * log, for all say much the same.
 */
async function cpuOfGzip(bench: Bench, processes: string): Promise<number> {
  const to = await bench.directory("gzip");
  const script = 'for dir in "$1"/*/; do set -- "$1" "$2" $(ls "$dir" | grep "[.]out[.]gz$")\n' +
    '[ $# -lt 3 ] || zcat "$dir/$3" >"$2/$(basename "$dir")"; echo $(($# - 2)); done';
  const counts = await outputOf({ argv: ["/bin/sh", "-c", script, "sh", processes, to] });
  const files = counts.split("\n").map(Number);
  const count = files.reduce((sum, one) => sum + one, 0);
  const samples = files.filter((one) => one > 0).length;
  if (samples === 0) return 0;
  const used = await cpuOf(["/bin/sh", "-c", 'cat "$1"/* | gzip -1 >/dev/null', "sh", to]);
  await Deno.remove(to, { recursive: true });
  return used / samples * count;
}

/** CPU time of `cp` for so many bytes of the plain files of a log. */
async function cpuOfCopy(bench: Bench, dir: string, bytes: number): Promise<number> {
  const to = await bench.directory("copy");
  const script = 'cat "$1"/*.out >"$2/all"; zcat "$1"/*.out.gz >>"$2/all" 2>/dev/null; :';
  await run({ argv: ["/bin/sh", "-c", script, "sh", dir, to] });
  const { size } = await Deno.stat(`${to}/all`);
  const used = await cpuOf(["cp", `${to}/all`, `${to}/copy`]);
  await Deno.remove(to, { recursive: true });
  return used * bytes / size;
}

/** CPU time of a command, in milliseconds. */
async function cpuOf(argv: readonly string[]): Promise<number> {
  const before = cpuTimeOfCommands();
  await run({ argv });
  return cpuTimeOfCommands() - before;
}

async function isThere(paths: readonly string[]): Promise<boolean> {
  for (const path of paths) {
    if (!await Deno.stat(path).then(() => true, () => false)) return false;
  }
  return true;
}
