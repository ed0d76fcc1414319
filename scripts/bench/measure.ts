import { cpuTimeOfCommands } from "./proc.ts";
import type { Series } from "./result.ts";

/** What is timed, for one contender. */
export interface Task {
  readonly contender: string;
  /** Done before each run, outside of the measured time. */
  before?(): void | Promise<void>;
  /** Measured; a task that knows better returns its own figure instead of the milliseconds it took. */
  run(): Promise<number | void>;
  /** Done after each run. */
  after?(): void | Promise<void>;
}

/**
 * Runs tasks in turns, each `rounds` times: what disturbs the machine for a while
 * disturbs all of them.
 */
export async function interleave(tasks: readonly Task[], rounds: number): Promise<Series[]> {
  const measured = tasks.map((task) => ({ task, samples: [] as number[], cpu: 0 }));
  for (let round = 0; round < rounds; round++) {
    for (const each of measured) {
      const { task } = each;
      await task.before?.();
      const cpu = cpuTimeOfCommands();
      const start = performance.now();
      const figure = await task.run();
      each.samples.push(figure ?? performance.now() - start);
      each.cpu += cpuTimeOfCommands() - cpu;
      await task.after?.();
    }
  }
  return measured.map(({ task, samples, cpu }) => ({
    contender: task.contender,
    samples,
    cpu: cpu / rounds,
  }));
}
