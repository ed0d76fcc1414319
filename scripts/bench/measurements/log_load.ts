import { compressFile } from "../../../src/logs/compress.ts";
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
/** How often meanwhile it is measured what copying and compressing cost. */
const SAMPLES = 3;
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
    const processes = `${opened.dir}/root/runtime/processes`;
    const cpu = cpuTime(opened.daemon.supervisors());
    const begun = performance.now();
    const samples: Sample[] = [];
    const allWritten = async () => {
      const next = begun + (samples.length + 1) * seconds * 1000 / (SAMPLES + 1);
      if (samples.length < SAMPLES && performance.now() > next) {
        samples.push(await takeSample(bench, processes));
      }
      return await isThere(done);
    };
    await until("all lines to be written", allWritten, { interval: 100 });
    const used = cpuTime(opened.daemon.supervisors()) - cpu;
    const compressed = await countCompressed(processes);
    // In a short run nothing was rotated before.
    if (sum(samples, "bytes") === 0) samples.push(await takeSample(bench, processes));
    // Nobody is to rotate a log while it is counted.
    await run(opened.call("shutdown"));
    const expected = seconds * BLOCKS * LINES;
    let lost = 0;
    for (const name of names) {
      const argv = ["/bin/sh", "-c", WHOLE_LOG, "sh", `${processes}/${name}`];
      const child = command({ argv }, "piped").spawn();
      const { written, missing } = await missingNumbers(child.stdout, FIRST);
      // A log that could not be read is not one that was lost.
      if (!(await child.status).success) throw new Error(`the log of ${name} cannot be read`);
      // What is missing at the end is no gap.
      lost += missing + expected - written;
    }
    const copying = sum(samples, "copying") * expected * LINE * WRITERS / sum(samples, "bytes");
    const compressing = sum(samples, "compressing") * compressed / sum(samples, "files");
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
        note: "compression left out; limit: cp of the same bytes; both told from files that were " +
          "copied and compressed meanwhile",
      },
    ];
  },
};

/** What rotated files cost: CPU time in milliseconds. */
interface Sample {
  readonly files: number;
  readonly bytes: number;
  readonly copying: number;
  readonly compressing: number;
}

/**
 * Copies the newest rotated file of each log by `cp`, and compresses the copies as tsm does. While
 * others write on all cores both take more CPU time than on a machine at rest, as does all that tsm
 * does.
 */
async function takeSample(bench: Bench, processes: string): Promise<Sample> {
  const dir = await bench.directory("sample");
  await Promise.all(["files", "copies"].map((name) => Deno.mkdir(`${dir}/${name}`)));
  // A link stays where tsm compresses the file and removes it.
  const link = 'for log in "$1"/*; do\n' +
    'ln "$(ls "$log"/*-*.out | sort -V | tail -n 1)" "$2/${log##*/}"\ndone; :';
  await run({ argv: ["/bin/sh", "-c", link, "sh", processes, `${dir}/files`] });
  const files = [...Deno.readDirSync(`${dir}/files`)].map(({ name }) => name);
  const bytes = files.reduce((all, name) => all + Deno.statSync(`${dir}/files/${name}`).size, 0);
  const copying = files.length === 0 ? 0 : await cpuOf(() =>
    run({
      argv: ["cp", ...files.map((name) => `${dir}/files/${name}`), `${dir}/copies`],
    })
  );
  const compressing = await cpuOf(async () => {
    for (const name of files) await compressFile(`${dir}/copies/${name}`);
  });
  await Deno.remove(dir, { recursive: true });
  return { files: files.length, bytes, copying, compressing };
}

/** How many rotated files are compressed by now. */
async function countCompressed(processes: string): Promise<number> {
  const script = 'ls "$1"/*/*.out.gz 2>/dev/null | wc -l';
  return Number(await outputOf({ argv: ["/bin/sh", "-c", script, "sh", processes] }));
}

function sum(samples: readonly Sample[], key: keyof Sample): number {
  return samples.reduce((all, sample) => all + sample[key], 0);
}

/** CPU time of the commands that `work` runs, in milliseconds. */
async function cpuOf(work: () => Promise<void>): Promise<number> {
  const before = cpuTimeOfCommands();
  await work();
  return cpuTimeOfCommands() - before;
}

async function isThere(paths: readonly string[]): Promise<boolean> {
  for (const path of paths) {
    if (!await Deno.stat(path).then(() => true, () => false)) return false;
  }
  return true;
}
