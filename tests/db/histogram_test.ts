import { assert, assertEquals } from "@std/assert";
import { Histogram } from "../../src/db/histogram.ts";

function histogramOf(values: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const value of values) histogram.add(value);
  return histogram;
}

Deno.test("quantiles of small values are exact, by the nearest rank", () => {
  const histogram = histogramOf(Array.from({ length: 1000 }, (_, index) => index + 1).reverse());
  assertEquals([0, 0.5, 0.95, 0.999, 1].map((q) => histogram.quantile(q)), [
    1,
    500,
    950,
    999,
    1000,
  ]);
  assertEquals([histogram.mean, histogram.count], [500.5, 1000]);
  assertEquals(histogramOf([7]).quantile(0.95), 7);
  assert(Number.isNaN(histogramOf([]).quantile(0.5)));
});

for (const value of [0, 1, 1023, 1024, 1025, 2047, 2048, 999_999, 2 ** 31, 2 ** 32 - 1]) {
  Deno.test(`a value of ${value} is told within 0.1 %`, () => {
    const told = histogramOf([value]).quantile(0.5);
    assert(Math.abs(told - value) <= value * 0.001, `${told}`);
  });
}

Deno.test("a value above all bins is counted in the last one", () => {
  assert(histogramOf([1e15]).quantile(1) > 4e9);
});
