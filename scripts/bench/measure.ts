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

/** Does something with a contender; tells whether that succeeded, if it does not throw. */
export type Attempt = (contender: string, work: () => void | Promise<void>) => Promise<boolean>;

/**
 * Runs tasks in turns, each `rounds` times: what disturbs the machine for a while
 * disturbs all of them. Every other time from the last to the first: what one leaves in the
 * caches is not always found by the same other.
 *
 * @param attempt Runs a task; one that does not succeed is left out of the result.
 */
export async function interleave(
  tasks: readonly Task[],
  rounds: number,
  attempt: Attempt = async (_, work) => (await work(), true),
): Promise<Series[]> {
  let measured = tasks.map((task) => ({ task, samples: [] as number[], cpu: 0 }));
  for (let round = 0; round < rounds; round++) {
    for (const each of round % 2 === 0 ? measured : measured.toReversed()) {
      const { task } = each;
      const succeeded = await attempt(task.contender, async () => {
        await task.before?.();
        const cpu = cpuTimeOfCommands();
        const start = performance.now();
        const figure = await task.run();
        each.samples.push(figure ?? performance.now() - start);
        each.cpu += cpuTimeOfCommands() - cpu;
        await task.after?.();
      });
      if (!succeeded) measured = measured.filter((other) => other !== each);
    }
  }
  return measured.map(({ task, samples, cpu }) => ({
    contender: task.contender,
    samples,
    cpu: cpu / rounds,
  }));
}
