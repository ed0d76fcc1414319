import { dirname } from "@std/path";
import { fingerprint } from "../files/fingerprint.ts";
import { processPaths, type RuntimeRoot } from "../root.ts";

/**
 * What differs whenever the logs of a process have changed, or its other files have been
 * replaced: much cheaper than to read them. Nothing is opened for it, which a watch would tell.
 */
export function logFingerprint(root: RuntimeRoot, name: string): string {
  const { out, err } = processPaths(root, name);
  return [dirname(out), out, err].map(fingerprint).join(", ");
}
