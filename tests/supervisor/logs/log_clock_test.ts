import { assert, assertEquals } from "@std/assert";
import { LogClock } from "../../../src/supervisor/logs/log_clock.ts";

/** Runs a clock by a time of its own, which goes from timer to timer. */
function setUp(look: (which: "growing" | "all") => number) {
  const real = { now: performance.now, set: globalThis.setTimeout, clear: globalThis.clearTimeout };
  let now = 1000;
  let timer: { readonly at: number; readonly run: () => void } | undefined;
  performance.now = () => now;
  globalThis.setTimeout = ((run: () => void, wait: number) => {
    timer = { at: now + wait, run };
    return 1;
  }) as typeof setTimeout;
  globalThis.clearTimeout = () => timer = undefined;
  const clock = new LogClock(look);
  return {
    clock,
    /** Lets `milliseconds` pass. */
    pass(milliseconds: number) {
      const end = now + milliseconds;
      while (timer !== undefined && timer.at <= end) {
        const { at, run } = timer;
        timer = undefined;
        now = at;
        run();
      }
      now = end;
    },
    rests: () => timer === undefined,
    [Symbol.dispose]() {
      performance.now = real.now;
      globalThis.setTimeout = real.set;
      globalThis.clearTimeout = real.clear;
    },
  };
}

Deno.test("the clock rests where no log has grown for long, until it is woken", () => {
  let growing = 1;
  let looks = 0;
  using time = setUp(() => {
    looks++;
    return growing;
  });
  time.clock.wake();
  assert(time.rests(), "it is not started");
  time.clock.start();
  time.pass(60_000);
  assert(!time.rests(), "a log grows");
  growing = 0;
  time.pass(20_000);
  assert(!time.rests(), "it has grown a moment ago");
  time.pass(20_000);
  assert(time.rests());
  looks = 0;
  time.pass(60_000);
  assertEquals(looks, 0);
  growing = 1;
  time.clock.wake();
  time.pass(1000);
  assert(looks >= 15, `${looks} looks a second where a log grows`);
  time.clock.stop();
  time.clock.wake();
  assert(time.rests(), "it was stopped");
});

Deno.test("a clock that is woken while it runs looks no more often", () => {
  let looks = 0;
  using time = setUp(() => {
    looks++;
    return 0;
  });
  time.clock.start();
  time.pass(1000);
  looks = 0;
  for (let count = 0; count < 10; count++) {
    time.clock.wake();
    time.pass(100);
  }
  assert(looks <= 6, `${looks} looks a second where none grows`);
});
