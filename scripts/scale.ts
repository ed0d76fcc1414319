/**
 * Measures what one root can hold, and prints the table of docs/scale.md. Takes some five minutes;
 * `dist/tsm` must be built.
 *
 *   deno run -A scripts/scale.ts [COUNT …]
 *
 * @module
 */
import { delay } from "@std/async/delay";
import { cpuTime, isRunning, memory } from "./bench/proc.ts";
import { runTsm } from "./run_tsm.ts";

const COUNTS = [10, 100, 1000, 3000];
/** Seconds at rest: behind them the last of the garbage of the start is collected. */
const SETTLING = 120;
/** Seconds over which the CPU time at rest is taken: whole minutes, as some work is done once in each. */
const AT_REST = 60;
/** How often a command is run whose shortest time counts. */
const RUNS = 10;
/** The most instances that one process of a file may have. */
const MOST_INSTANCES = 1000;

const counts = Deno.args.length > 0 ? Deno.args.map(Number) : COUNTS;
const columns = ["processes", "start", "ls", "restart all", "stop all", "adopted", "CPU", "memory"];
console.log(`| ${columns.join(" | ")} |`);
console.log(`| ${columns.map((_, index) => index === 0 ? "---:" : "---").join(" | ")} |`);
for (const count of counts) console.log(`| ${(await measure(count)).join(" | ")} |`);

async function measure(count: number): Promise<readonly string[]> {
  const dir = await Deno.makeTempDir({ prefix: "tsm-scale-" });
  await Deno.writeTextFile(`${dir}/tsm.jsonc`, JSON.stringify({ processes: sleepers(count) }));
  const tsm = (...args: readonly string[]) => runTsm(dir, args);
  const supervisor = (): number =>
    JSON.parse(Deno.readTextFileSync(`${dir}/root/runtime/supervisor.json`)).pid;
  try {
    const start = await tsm("start", "tsm.jsonc");
    await delay(SETTLING * 1000);
    const used = cpuTime([supervisor()]);
    await delay(AT_REST * 1000);
    const cpu = (cpuTime([supervisor()]) - used) / AT_REST / 10;
    const held = memory([supervisor()]) / 1024;
    let list = Infinity;
    for (let round = 0; round < RUNS; round++) list = Math.min(list, await tsm("ls"));
    const restart = await tsm("restart", "all");
    const killed = supervisor();
    Deno.kill(killed, "SIGKILL");
    while (isRunning(killed)) await delay(1);
    // Answers when all are adopted. Of one process, by its id: its name depends on their number.
    const adopted = await tsm("reset", "1");
    const stop = await tsm("stop", "all");
    return [
      count.toLocaleString("en"),
      seconds(start),
      `${list.toFixed(0)} ms`,
      seconds(restart),
      seconds(stop),
      seconds(adopted),
      `${cpu.toFixed(2)} %`,
      `${held.toFixed(0)} MB`,
    ];
  } finally {
    await tsm("shutdown").catch((error) => console.error(`scale: ${error}`));
    await Deno.remove(dir, { recursive: true });
  }
}

/** `count` sleepers as a file lists them, in as few processes as may have so many instances. */
function sleepers(count: number): Record<string, { command: string; instances: number }> {
  const processes: Record<string, { command: string; instances: number }> = {};
  for (let left = count; left > 0; left -= MOST_INSTANCES) {
    const name = `s${Object.keys(processes).length + 1}`;
    processes[name] = { command: "sleep 1000000", instances: Math.min(left, MOST_INSTANCES) };
  }
  return processes;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(milliseconds < 10_000 ? 2 : 0)} s`;
}
