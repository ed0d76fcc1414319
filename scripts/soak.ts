/**
 * A day of trouble in some minutes: programs that crash as soon as they run are restarted again and
 * again, without back-off and without an end. Prints what the supervisor holds meanwhile; exits
 * with 1 where that does not level off. `dist/tsm` must be built.
 *
 *   deno run -A scripts/soak.ts [RESTARTS] [AT_ONCE]
 *
 * 100,000 restarts of 8 programs are the default: with more programs, or fewer restarts, no history
 * reaches the megabyte at which it is made shorter.
 *
 * @module
 */
import { delay } from "@std/async/delay";
import { listProcesses } from "../src/meta/list_processes.ts";
import { runtimeRoot } from "../src/root.ts";
import { memory, privateMemory } from "./bench/proc.ts";
import { runTsm } from "./run_tsm.ts";

/** How many samples are taken, evenly over the restarts. */
const SAMPLES = 30;
/** Seconds without a restart after which it is given up. */
const PATIENCE = 60;

/** Memory of the supervisor in MB: its own, and all that is resident. */
interface Memory {
  readonly own: number;
  readonly rss: number;
}

const NO_MEMORY: Memory = { own: Infinity, rss: Infinity };

/** What is looked at; of the memory the least since the sample before: garbage comes and goes. */
interface Sample extends Memory {
  readonly restarts: number;
  readonly descriptors: number;
  readonly threads: number;
  /** Kilobytes of the events of today: they have a line for each thing that happens. */
  readonly events: number;
  /** Kilobytes of what else is below `db`. */
  readonly db: number;
  /** Kilobytes of the whole root, without the events. */
  readonly root: number;
}

/** By how much the mean of the last third may be above that of the middle third. */
const SLACK: Readonly<Partial<Record<keyof Sample, { times: number; plus: number }>>> = {
  own: { times: 1.05, plus: 4 },
  rss: { times: 1.05, plus: 4 },
  descriptors: { times: 1, plus: 16 },
  threads: { times: 1, plus: 2 },
  // Histories grow to a megabyte each, and are made half as long then, once a minute.
  db: { times: 1.1, plus: 2000 },
  root: { times: 1.1, plus: 4000 },
};

const [wanted = 100_000, programs = 8] = Deno.args.map(Number);
const dir = await Deno.makeTempDir({ prefix: "tsm-soak-" });
const root = runtimeRoot(`${dir}/root`);
let samples: readonly Sample[] = [];
try {
  await start();
  samples = await soak();
} finally {
  await runTsm(dir, ["shutdown"]);
  await Deno.remove(dir, { recursive: true });
}
const growing = growingIn(samples);
for (const line of growing) console.error(`soak: ${line}`);
if (growing.length === 0) console.log("all of it levels off");
Deno.exit(growing.length > 0 ? 1 : 0);

async function start(): Promise<void> {
  const crasher = {
    command: ["/bin/sh", "-c", "echo it works; echo it does not >&2; exit 1"],
    instances: programs,
    // No run counts as unstable, so that nothing is given up.
    min_uptime: "0ms",
    log_max_size: "20K",
    log_max_files: 3,
  };
  await Deno.writeTextFile(
    `${dir}/tsm.jsonc`,
    JSON.stringify({ processes: { crasher } }),
  );
  // A program that crashes at once makes 'start' fail, though it is restarted as it should be: where it
  // is not, nothing is restarted.
  await runTsm(dir, ["start", "tsm.jsonc"]).catch(() => {});
}

/** Takes samples until there were so many restarts as are wanted. */
async function soak(): Promise<readonly Sample[]> {
  const begun = performance.now();
  const taken: Sample[] = [];
  let least = NO_MEMORY;
  console.log("  time  restarts  own MB  RSS MB  files  threads  events KB  other db KB  root KB");
  let last = { restarts: -1, at: begun };
  for (;;) {
    const restarts = listProcesses(root).metas.reduce((sum, meta) => sum + meta.restarts, 0);
    const now = performance.now();
    if (restarts > last.restarts) last = { restarts, at: now };
    else if (now - last.at > PATIENCE * 1000) {
      throw new Error(`nothing was restarted for ${PATIENCE} s, after ${restarts} restarts`);
    }
    least = lesser(least, memoryNow());
    if (restarts >= wanted * (taken.length + 1) / SAMPLES) {
      const sample = sampleAt(restarts, least);
      taken.push(sample);
      least = NO_MEMORY;
      console.log(row((now - begun) / 1000, sample));
      if (restarts >= wanted) return taken;
    }
    await delay(100);
  }
}

function memoryNow(): Memory {
  const pid = supervisor();
  return { own: privateMemory([pid]) / 1024, rss: memory([pid]) / 1024 };
}

function lesser(a: Memory, b: Memory): Memory {
  return { own: Math.min(a.own, b.own), rss: Math.min(a.rss, b.rss) };
}

function supervisor(): number {
  return JSON.parse(Deno.readTextFileSync(root.supervisorJson)).pid;
}

function sampleAt(restarts: number, least: Memory): Sample {
  const pid = supervisor();
  const count = (path: string) => [...Deno.readDirSync(path)].length;
  const events = bytesBelow(root.events);
  return {
    restarts,
    ...least,
    descriptors: count(`/proc/${pid}/fd`),
    threads: count(`/proc/${pid}/task`),
    events: events / 1000,
    db: (bytesBelow(`${dir}/root/db`) - events) / 1000,
    root: (bytesBelow(`${dir}/root`) - events) / 1000,
  };
}

function bytesBelow(path: string): number {
  let sum = 0;
  try {
    for (const { name, isDirectory } of Deno.readDirSync(path)) {
      const inner = `${path}/${name}`;
      sum += isDirectory ? bytesBelow(inner) : Deno.lstatSync(inner).size;
    }
  } catch (error) {
    // A file was replaced or removed since its name was read.
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return sum;
}

function row(seconds: number, sample: Sample): string {
  const { restarts, own, rss, descriptors, threads, events, db, root } = sample;
  const cells: readonly (readonly [string, number])[] = [
    [`${seconds.toFixed(0)} s`, 6],
    [String(restarts), 10],
    [own.toFixed(1), 8],
    [rss.toFixed(1), 8],
    [String(descriptors), 7],
    [String(threads), 9],
    [events.toFixed(0), 11],
    [db.toFixed(0), 13],
    [root.toFixed(0), 9],
  ];
  return cells.map(([text, width]) => text.padStart(width)).join("");
}

/** What is larger in the last third than in the middle one, a line each. */
function growingIn(all: readonly Sample[]): readonly string[] {
  const third = Math.floor(all.length / 3);
  const lines: string[] = [];
  for (const [key, { times, plus }] of Object.entries(SLACK)) {
    const mean = (part: readonly Sample[]) =>
      part.reduce((sum, sample) => sum + sample[key as keyof Sample], 0) / part.length;
    const middle = mean(all.slice(third, -third));
    const last = mean(all.slice(-third));
    if (last > middle * times + plus) {
      lines.push(`${key} grows: ${middle.toFixed(1)} in the middle, ${last.toFixed(1)} at the end`);
    }
  }
  // The events of a day are kept line by line; each restart takes the same.
  const each = (sample: Sample) => sample.events * 1000 / sample.restarts;
  const [first, end] = [all[third], all.at(-1)];
  if (first && end && each(end) > each(first) * 1.2) {
    lines.push(`events grow by more than a restart takes: ${each(first)} to ${each(end)} bytes`);
  }
  return lines;
}
