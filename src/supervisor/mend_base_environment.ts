import { messageOf } from "../errors.ts";
import { quarantine } from "../patrol/quarantine.ts";
import {
  readBaseEnvironment,
  withoutSessionNoise,
  writeBaseEnvironment,
} from "../program/environment.ts";
import type { RuntimeRoot } from "../root.ts";

/**
 * Sees to it that there is a base environment, which the processes that are taken over need at
 * their next launch: without it they would not even have a PATH. One that is missing or damaged is
 * replaced by this supervisor's own environment; what was damaged is kept in quarantine.
 */
export function mendBaseEnvironment(
  host: { readonly root: RuntimeRoot; log(text: string): void },
): void {
  const { root } = host;
  try {
    let found = "missing";
    try {
      if (readBaseEnvironment(root) !== undefined) return;
    } catch (error) {
      if (!(error instanceof Deno.errors.InvalidData)) throw error;
      found = messageOf(error);
      quarantine(root, "base.env", [root.baseEnv], found);
    }
    writeBaseEnvironment(root, withoutSessionNoise(Deno.env.toObject()));
    host.log(`base.env: ${found}: replaced by the environment of this supervisor`);
  } catch (error) {
    host.log(`base.env: ${messageOf(error)}`);
  }
}
