import { join } from "@std/path/posix";
import type { LogPaths } from "../root.ts";

/** One rotated file of a log. */
export interface RotatedFile {
  /** Its name before it was compressed: `2024-10-13-00.out`. */
  readonly base: string;
  readonly path: string;
  readonly compressed: boolean;
}

/**
 * The rotated files of a log, oldest first. Where a file is there both plain and
 * compressed, as in the last moment of its compression, the plain one counts.
 */
export function listRotated(log: LogPaths): readonly RotatedFile[] {
  const found = new Map<string, RotatedFile>();
  for (const { name, isFile } of entries(log.dir)) {
    const compressed = name.endsWith(".gz");
    const base = compressed ? name.slice(0, -".gz".length) : name;
    if (!isFile || parseBase(log, base) === undefined) continue;
    if (compressed && found.has(base)) continue;
    found.set(base, { base, path: join(log.dir, name), compressed });
  }
  return [...found.values()].sort((a, b) => compareBases(a.base, b.base));
}

/**
 * The name the next rotated file gets: the UTC day of `now`, numbered from 00. Names only count up,
 * even if the clock goes back: the order of the lines is that of the names.
 */
export function nextBase(log: LogPaths, now: Date): string {
  const last = listRotated(log).at(-1);
  const newest = last && parseBase(log, last.base);
  const today = now.toISOString().slice(0, 10);
  const day = newest && newest.day > today ? newest.day : today;
  const number = newest?.day === day ? newest.number + 1 : 0;
  return `${log.prefix}${day}-${String(number).padStart(2, "0")}.${log.extension}`;
}

/** Orders names of rotated files of one log: 99 comes before 100. */
export function compareBases(a: string, b: string): number {
  if (a === b) return 0;
  const [dayA, dayB] = [a, b].map((base) => /\d{4}-\d\d-\d\d/.exec(base)?.[0] ?? "") as [
    string,
    string,
  ];
  if (dayA !== dayB) return dayA < dayB ? -1 : 1;
  return numberOf(a) - numberOf(b);
}

function numberOf(base: string): number {
  return Number(/-(\d+)\.[a-z]+$/.exec(base)?.[1] ?? -1);
}

function parseBase(log: LogPaths, base: string): { day: string; number: number } | undefined {
  if (!base.startsWith(log.prefix)) return undefined;
  const match = /^(\d{4}-\d\d-\d\d)-(\d{2,9})\.([a-z]+)$/.exec(base.slice(log.prefix.length));
  if (match?.[3] !== log.extension) return undefined;
  return { day: match[1]!, number: Number(match[2]) };
}

function entries(dir: string): Iterable<Deno.DirEntry> {
  try {
    return [...Deno.readDirSync(dir)];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return [];
    }
    throw error;
  }
}
