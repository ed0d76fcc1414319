import { delay } from "@std/async/delay";
import { messageOf } from "../../../src/errors.ts";
import { type Bench, removeSoon } from "../bench.ts";
import { type Contender, isMissing } from "../contender.ts";
import { findPm2Logrotate } from "../contenders/pm2_logrotate.ts";
import type { Measurement } from "../measurement.ts";
import { missingNumbers, type Tally } from "../missing_numbers.ts";
import { atMost, type Series } from "../result.ts";
import { command, run } from "../run.ts";
import { until } from "../until.ts";

const FIRST = 100_000_000_000;

/**
 * Writes numbers of the same length, one a line, as fast as they come: enough for the rotations,
 * and not so many that they fill the disk where those take long.
 */
function seqOf({ quick }: Bench): string {
  return `seq ${FIRST} ${FIRST + (quick ? 150e6 : 450e6)}`;
}

/** The same as a program that goes on. */
function writerOf(bench: Bench): string[] {
  return ["/bin/sh", "-c", `${seqOf(bench)}; exec sleep 100000`];
}

// Older files are being compressed meanwhile: each is there as it was, or compressed.
const WHOLE_LOG = `
cd "$1" || exit
for file in $(ls | grep -E '^[0-9-]+[.]out([.]gz)?$' | sed 's/[.]gz$//' | sort -uV) current.out; do
  cat "$file" 2>/dev/null || zcat "$file.gz"
done`;

/** What pm2-logrotate may take, should its copies never catch up with the writer. */
const PATIENCE = { seconds: 40, bytes: 6e9 };

/** Lines lost while a log is rotated again and again under a writer at full speed. */
export const rotationLoss: Measurement = {
  name: "rotation-loss",
  async run(bench) {
    const rotations = bench.quick ? 5 : 30;
    const dir = await bench.directory("rotated");
    const series: Series[] = [
      { contender: "tsm", samples: [await byTsm(bench, dir, rotations)] },
      { contender: "copytruncate", samples: [await byCopyTruncate(bench, dir, rotations)] },
    ];
    await removeSoon(dir);
    const notes = ["copytruncate: cp and truncate, as logrotate does it"];
    const pm2Logrotate = await findPm2Logrotate(!bench.quick);
    if (isMissing(pm2Logrotate)) notes.push(`pm2-logrotate left out: ${pm2Logrotate.reason}`);
    else {
      try {
        const { done, lost, note } = await byPm2Logrotate(bench, pm2Logrotate, rotations);
        if (done > 0) series.push({ contender: pm2Logrotate.name, samples: [lost] });
        notes.push(note);
      } catch (error) {
        notes.push(`pm2-logrotate left out: ${messageOf(error)}`);
      }
    }
    return [{
      what: `lines lost in ${rotations} rotations at full speed`,
      unit: "",
      series,
      targets: [atMost(0, "0")],
      note: notes.join("; "),
    }];
  },
};

async function byTsm(bench: Bench, dir: string, rotations: number): Promise<number> {
  const root = `${dir}/root`;
  const call = (...args: string[]) => ({ argv: [bench.tsm, ...args], env: { TSM_ROOT: root } });
  const keeping = ["--log-max-size", "0", "--log-max-files", "0"];
  try {
    await run(call("start", "--name", "writer", ...keeping, "--", ...writerOf(bench)));
    for (let done = 0; done < rotations; done++) await run(call("logs", "rotate", "writer"));
    await run(call("stop", "--keep", "writer"));
    const logs = `${root}/runtime/processes/writer`;
    return (await linesIn(["/bin/sh", "-c", WHOLE_LOG, "sh", logs])).missing;
  } finally {
    await run(call("shutdown"));
  }
}

async function byCopyTruncate(bench: Bench, dir: string, rotations: number): Promise<number> {
  const log = `${dir}/writer.log`;
  const argv = ["/bin/sh", "-c", `exec ${seqOf(bench)} >>'${log}'`];
  const writer = command({ argv }).spawn();
  try {
    await until("the first lines", () => Deno.stat(log).then(({ size }) => size > 0, () => false));
    for (let done = 0; done < rotations; done++) {
      await delay(50);
      await run({ argv: ["/bin/sh", "-c", `cp "$1" "$1.${done}" && : >"$1"`, "sh", log] });
    }
  } finally {
    try {
      writer.kill("SIGKILL");
    } catch {
      // It has written all.
    }
    await writer.status;
  }
  return (await linesIn(["/bin/sh", "-c", `cat $(ls "$1".* | sort -V) "$1"`, "sh", log])).missing;
}

/** It cannot be told to rotate, only to look every second: that is awaited. */
async function byPm2Logrotate(
  bench: Bench,
  contender: Contender,
  rotations: number,
): Promise<{ done: number; lost: number; note: string }> {
  const { name, version } = contender;
  const dir = await bench.directory(name);
  const daemon = await contender.open(dir);
  const log = daemon.log("writer");
  const begun = performance.now();
  const seconds = () => (performance.now() - begun) / 1000;
  let done = 0;
  try {
    await run(await daemon.startOne({ name: "writer", argv: writerOf(bench) }));
    await until("pm2-logrotate to rotate", async () => {
      done = await rotationsIn(daemon.log(name));
      if (done >= rotations || seconds() > PATIENCE.seconds) return true;
      return await bytesBelow(`${dir}/logs`) > PATIENCE.bytes;
    }, { interval: 50 });
    await run(daemon.stopAll());
  } finally {
    // It rotates until it is ended, and nobody may while the lines are counted.
    await daemon[Symbol.asyncDispose]();
  }
  const took = Math.round(seconds());
  const argv = ["/bin/sh", "-c", `cat $(ls "\${1%.log}"__* | sort) "$1"`, "sh", log];
  const { written, missing } = await linesIn(argv);
  await removeSoon(dir);
  const millions = Math.round(written / 1e6);
  const note = `${name} ${version}: ${done} rotations in ${took} s of ${millions} million lines`;
  return { done, lost: missing, note };
}

/** How many rotations of the writer's log pm2-logrotate says it has ended. */
async function rotationsIn(log: string): Promise<number> {
  const text = await Deno.readTextFile(log).catch(() => "");
  return text.split("\n").filter((line) => /writer-out__.* has been created/.test(line)).length;
}

async function bytesBelow(dir: string): Promise<number> {
  let sum = 0;
  for await (const { name } of Deno.readDir(dir)) {
    sum += (await Deno.stat(`${dir}/${name}`)).size;
  }
  return sum;
}

/** What the output of a command says of the writer's lines. */
async function linesIn(argv: readonly string[]): Promise<Tally> {
  const child = command({ argv }, "piped").spawn();
  const lines = await missingNumbers(child.stdout, FIRST);
  await child.status;
  return lines;
}
