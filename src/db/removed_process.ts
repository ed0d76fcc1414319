import { historyNames, latestFirst } from "./read_history.ts";
import type { RuntimeRoot } from "../root.ts";

/** Seconds of each unit that an age is told in. */
const UNITS = [[86_400, "d"], [3600, "h"], [60, "min"]] as const;

/**
 * What the history knows of a process that is no longer listed: when it was removed, and what starts
 * it anew.
 *
 * @param word Its name, or its name without the port or number.
 * @returns a part of a sentence; `undefined` where nothing of that name was removed.
 */
export function removalOf(root: RuntimeRoot, word: string): string | undefined {
  const pattern = /^[A-Za-z0-9._-]+$/.test(word)
    ? new RegExp(`^${word.replaceAll(".", "\\.")}(-[0-9]+)?$`)
    : undefined;
  const names = pattern === undefined
    ? []
    : historyNames(root).filter((name) => pattern.test(name));
  const [last] = names.flatMap((name) => latestFirst(root, name).take(1).toArray())
    .filter(({ event }) => event === "stop").sort((a, b) => b.time - a.time);
  if (last?.start_again === undefined) return undefined;
  const age = Math.max(0, Math.floor(Date.now() / 1000 - last.time));
  const [size, unit] = UNITS.find(([size]) => age >= size) ?? [1, "s"];
  return `'${last.name}' was removed ${Math.floor(age / size)} ${unit} ago: ${last.start_again} ` +
    `starts it anew, 'tsm stop --keep ${word}' would have kept it listed`;
}
