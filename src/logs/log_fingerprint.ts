import { dirname } from "@std/path";
import { statIfThere } from "../files/path_info.ts";
import { processPaths, type RuntimeRoot } from "../root.ts";

/**
 * What differs whenever the logs of a process have changed, or its other files have been
 * replaced: much cheaper than to read them. Nothing is opened for it, which a watch would tell.
 */
export function logFingerprint(root: RuntimeRoot, name: string): string {
  const { out, err } = processPaths(root, name);
  return [dirname(out), out, err].map(fingerprint).join(", ");
}

/** What differs whenever a file has changed, or the entries of a directory. */
export function fingerprint(path: string): string {
  const info = statIfThere(path);
  return info ? `${info.ino} ${info.nlink} ${info.size} ${info.mtime?.getTime()}` : "none";
}
