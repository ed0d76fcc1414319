import { PERMISSION_FLAGS } from "../src/permissions.ts";

/** Flags of V8 in the binary. */
const V8_FLAGS = [
  // What is compiled in the background meets the main thread at a lock, and the first time a lock is
  // fought for, the library of locks (Abseil) measures the clock for 3 ms, asleep: in nine of ten
  // runs of `ls`, in one of four without. What runs long is compiled in the background as before.
  "--no-concurrent-sparkplug",
  // V8 compiles in its middle tier (Maglev) whatever runs 400 times: in `ls` with 100 processes that
  // takes a fifth of all its work beyond Deno's start, and is ready when `ls` has ended. Code of a
  // long run reaches 4,000 calls all the same.
  "--invocation-count-for-maglev=4000",
  // In MB: the size of the young generation. By default a supervisor at rest fills 16 MB with garbage
  // before V8 looks through it. At 2 MB, what a round of work with 1,000 processes allocates is
  // moved to the old generation, as if it were lasting.
  "--max-semi-space-size=4",
];

/** Flags of `deno compile` for any program, the benchmark's empty one included. */
export const PLAIN_COMPILE_FLAGS: readonly string[] = [
  "--quiet",
  // The cache would lie in /tmp, under a name at which any local user can put a file first.
  "--no-code-cache",
  "--no-check",
  "--no-lock",
  "--no-config",
];

/** Flags of `deno compile` for tsm. */
export const COMPILE_FLAGS: readonly string[] = [
  ...PLAIN_COMPILE_FLAGS,
  `--v8-flags=${V8_FLAGS.join(",")}`,
  ...PERMISSION_FLAGS,
];
