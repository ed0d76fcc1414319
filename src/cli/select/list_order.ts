import type { ProcessStats } from "../../api/messages/stats.ts";
import type { Meta } from "../../meta/metadata.ts";
import { markedError } from "../parse/mark.ts";

/** What a list can be ordered by. */
export type ListKey = "cpu" | "mem" | "restarts" | "uptime";

const KEYS: readonly ListKey[] = ["cpu", "mem", "restarts", "uptime"];

/** Of a process, what the order looks at. */
type Ordered = Pick<Meta, "name" | "restarts" | "start_time">;

/**
 * Reads what a list is to be ordered by.
 *
 * @throws {Deno.errors.InvalidData} if it cannot be ordered by that.
 */
export function parseListKey(text: string): ListKey {
  const key = KEYS.find((key) => key === text);
  if (key) return key;
  throw markedError(`Cannot sort by ${JSON.stringify(text)}`, text, 0, KEYS.join(", "));
}

/**
 * Orders processes, the greatest first; those that do not run come last.
 *
 * @param stats By name; only of those that run.
 */
export function inOrder<T extends Ordered>(
  listed: readonly T[],
  stats: Readonly<Record<string, ProcessStats>>,
  key: ListKey,
): readonly T[] {
  const valueOf = ({ name, restarts, start_time }: T): number => {
    if (key === "restarts") return restarts;
    if (key === "uptime") return -(start_time ?? Infinity);
    return stats[name]?.[key] ?? -1;
  };
  // Processes with the same value stay in the order of their ids.
  return [...listed].sort((a, b) => {
    const [x, y] = [valueOf(a), valueOf(b)];
    return x === y ? 0 : y - x;
  });
}
