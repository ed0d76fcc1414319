/**
 * The one seed of everything that tests draw at random. It is the same in every run, so that a
 * failure is one of the code; `deno task test:chaos` draws another one, and each run prints it.
 *
 * ```sh
 * TSM_TEST_SEED=4711 ./scripts/deno test -A tests/properties_test.ts   # as that run did
 * ```
 *
 * @module
 */
import fc from "fast-check";

const FIXED = 20_241_013;

/** The seed of this run. */
export const SEED: number = seedOf(Deno.env.get("TSM_TEST_SEED"));

console.log(`TSM_TEST_SEED=${SEED}`);
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: SEED });

export { fc };

/** @param given A whole number, `random`, or nothing for the fixed one. */
function seedOf(given: string | undefined): number {
  if (given === undefined) return FIXED;
  if (given === "random") return Math.floor(Math.random() * 2 ** 31);
  if (/^\d{1,10}$/.test(given)) return Number(given);
  throw new Deno.errors.InvalidData(
    `TSM_TEST_SEED is '${given}'; it takes a whole number, or 'random'`,
  );
}

/** A random number from 0 to 1 at each call, the same ones for the same seed. */
export function randomNumbers(seed = SEED): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
