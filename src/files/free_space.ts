import { statfsSync } from "node:fs";

/** Bytes below which logs and state soon cannot be written. */
export const LITTLE_SPACE = 50 * 1024 * 1024;

/**
 * How many bytes can still be written where `path` lies, by us; `undefined` where the system does
 * not tell. Takes some ten microseconds.
 *
 * @example
 * ```ts
 * import { freeSpace } from "./free_space.ts";
 *
 * if ((freeSpace("/var/log") ?? Infinity) < 1024 * 1024) console.log("less than 1 MiB is left");
 * ```
 */
export function freeSpace(path: string): number | undefined {
  try {
    const { bavail, bsize } = statfsSync(path);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}
