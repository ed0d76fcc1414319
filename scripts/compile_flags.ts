import { PERMISSION_FLAGS } from "../src/permissions.ts";

/** What V8 does otherwise in the binary. */
const V8_FLAGS = [
  // V8 takes what runs 400 times for worth compiling in its middle tier: in `ls` with 100
  // processes that is a fifth of all it does beyond Deno's start, and ready when it is over. What
  // runs long gets there all the same.
  "--invocation-count-for-maglev=4000",
  // In MB. A supervisor at rest would fill up to 16 with what nobody needs, and look through all
  // it has to give them back. At 2, what a round with 1,000 processes makes is taken for lasting.
  "--max-semi-space-size=4",
];

/** What `deno compile` is told of any program. */
export const PLAIN_COMPILE_FLAGS: readonly string[] = [
  "--quiet",
  // It would lie in /tmp under a name that any local user can plant.
  "--no-code-cache",
  "--no-check",
  "--no-lock",
  "--no-config",
];

/** What it is told of tsm. */
export const COMPILE_FLAGS: readonly string[] = [
  ...PLAIN_COMPILE_FLAGS,
  `--v8-flags=${V8_FLAGS.join(",")}`,
  ...PERMISSION_FLAGS,
];
