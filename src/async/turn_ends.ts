import { setImmediate } from "node:timers";

/**
 * Waits until all that can go on without waiting has done so: what was begun together has asked for
 * what it needs by then.
 */
export function turnEnds(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
