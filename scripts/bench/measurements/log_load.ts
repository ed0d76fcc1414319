import type { Bench } from "../bench.ts";
import type { Measurement } from "../measurement.ts";
import { missingNumbers } from "../missing_numbers.ts";
import { cpuTime, cpuTimeOfCommands } from "../proc.ts";
import { atMost, atMostTimes, LIMIT } from "../result.ts";
import { command, run } from "../run.ts";
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

/** Gzip that notes what it took: compression is not counted. */
const TIMED_GZIP = `#!/bin/sh
"$GZIP_PROGRAM" "$@"
code=$?
times >>"$GZIP_TIMES"
exit $code`;

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
    const gzip = await timedGzip(bench);
    // The supervisor gets its environment from the command that starts it.
    await run(opened.call("shutdown"));
    await run({ ...opened.call("ping", "--start"), env: { ...opened.call().env, ...gzip.env } });
    for (const [index, name] of names.entries()) {
      const argv = ["/bin/sh", "-c", WRITER, "sh", String(seconds * BLOCKS), done[index]!];
      await run(opened.call("start", "--name", name, ...keeping, "--", ...argv));
    }
    const cpu = cpuTime(opened.daemon.supervisors());
    await until("all lines to be written", () => isThere(done), { interval: 100 });
    const used = cpuTime(opened.daemon.supervisors()) - cpu - await gzip.milliseconds();
    // Nobody is to rotate a log while it is counted.
    await run(opened.call("shutdown"));
    const expected = seconds * BLOCKS * LINES;
    let lost = 0;
    let copying = 0;
    for (const name of names) {
      const dir = `${opened.dir}/root/runtime/processes/${name}`;
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
          { contender: "tsm", samples: [used] },
          { contender: LIMIT, samples: [copying] },
        ],
        targets: [atMostTimes(2, LIMIT)],
        note: "compression left out; limit: cp of the same bytes",
      },
    ];
  },
};

/** A gzip for the supervisor's PATH, and what tells the CPU time that all its runs took. */
async function timedGzip(bench: Bench): Promise<{
  readonly env: Readonly<Record<string, string>>;
  milliseconds(): Promise<number>;
}> {
  const dir = await bench.directory("gzip");
  const times = `${dir}/times`;
  await Deno.writeTextFile(`${dir}/gzip`, TIMED_GZIP, { mode: 0o755 });
  const path = Deno.env.get("PATH") ?? "/usr/bin:/bin";
  return {
    env: { PATH: `${dir}:${path}`, GZIP_PROGRAM: "/usr/bin/gzip", GZIP_TIMES: times },
    async milliseconds() {
      const text = await Deno.readTextFile(times).catch(() => "");
      // A line of the shell itself, then one of gzip: user and system time of each.
      const all = [...text.matchAll(/(\d+)m([\d.]+)s/g)];
      return all.reduce(
        (sum, [, minutes, rest]) => sum + Number(minutes) * 60e3 + Number(rest) * 1e3,
        0,
      );
    },
  };
}

/** CPU time of `cp` for so many bytes of the plain files of a log. */
async function cpuOfCopy(bench: Bench, dir: string, bytes: number): Promise<number> {
  const to = await bench.directory("copy");
  const script = 'cat "$1"/*.out >"$2/all"; zcat "$1"/*.out.gz >>"$2/all" 2>/dev/null; :';
  await run({ argv: ["/bin/sh", "-c", script, "sh", dir, to] });
  const { size } = await Deno.stat(`${to}/all`);
  const before = cpuTimeOfCommands();
  await run({ argv: ["cp", `${to}/all`, `${to}/copy`] });
  const used = cpuTimeOfCommands() - before;
  await Deno.remove(to, { recursive: true });
  return used * bytes / size;
}

async function isThere(paths: readonly string[]): Promise<boolean> {
  for (const path of paths) {
    if (!await Deno.stat(path).then(() => true, () => false)) return false;
  }
  return true;
}
