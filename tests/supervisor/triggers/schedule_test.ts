import { assert, assertEquals } from "@std/assert";
import { until } from "../../e2e/harness.ts";
import { Schedule } from "../../../src/supervisor/triggers/schedule.ts";

/** Lets the wall clock be set; timers go on by the monotonic one. */
class SettableClock implements Disposable {
  readonly #real = Date;
  /** Milliseconds by which the clock is ahead. */
  ahead = 0;

  constructor() {
    const now = () => this.#real.now() + this.ahead;
    globalThis.Date = class extends this.#real {
      constructor(...given: ConstructorParameters<DateConstructor> | []) {
        super(...(given.length === 0 ? [now()] : given) as [number]);
      }
      static override now = now;
    } as DateConstructor;
  }

  [Symbol.dispose](): void {
    globalThis.Date = this.#real;
  }
}

Deno.test("a schedule goes on at once when the clock has been set back, and runs nothing twice", async () => {
  using clock = new SettableClock();
  const runs: number[] = [];
  const options = { timezone: null, lookEvery: 100 };
  const schedule = new Schedule("* * * * * *", options, () => {
    runs.push(Math.floor(Date.now() / 1000));
  });
  await until("it to run", () => runs.length >= 2);
  // Corrected by a little: the second that was is not run again.
  clock.ahead -= 700;
  const before = runs.length;
  await until("it to run on", () => runs.length >= before + 2);
  assertEquals(new Set(runs).size, runs.length);
  clock.ahead -= 3_600_000;
  const last = runs.at(-1)!;
  const count = runs.length;
  await until("it to run by the new time", () => runs.length > count, 20_000);
  assert(runs.at(-1)! < last - 3000);
  clock.ahead += 7_200_000;
  const after = runs.length;
  await until("it to run when the clock is set ahead", () => runs.at(-1)! > last + 3000);
  // What was left out is not made up for.
  assert(runs.length <= after + 3);
  schedule.close();
});
