import { dirname } from "@std/path/posix";
import { fingerprint } from "../files/fingerprint.ts";
import { processPaths, type RuntimeRoot } from "../root.ts";

/**
 * A text that changes whenever the logs of a process have changed, or its other files have been
 * replaced: much cheaper than reading them. No file is opened for it: a watch on the directory
 * would report that as an event.
 */
export function logFingerprint(root: RuntimeRoot, name: string): string {
  const { out, err } = processPaths(root, name);
  return [dirname(out), out, err].map(fingerprint).join(", ");
}
