import type { Bench } from "./bench.ts";
import type { Result } from "./result.ts";

/** One thing that is measured. */
export interface Measurement {
  /** What `--only` calls it. */
  readonly name: string;
  /** Whether `--quick` leaves it out. */
  readonly slow?: true;
  /** Measures; gives a row of the table, or several. */
  run(bench: Bench): Promise<readonly Result[]>;
}
