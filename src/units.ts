const MILLISECONDS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

const BYTES: Readonly<Record<string, number>> = {
  "": 1,
  K: 1024,
  M: 1024 ** 2,
  G: 1024 ** 3,
  T: 1024 ** 4,
};

/**
 * The milliseconds that a duration as people write it stands for: `500ms`, `30s`, `10m`,
 * `2h`, `7d`.
 *
 * @param bare The unit of a number without one; where it is left out, only 0 needs none.
 * @returns `undefined` if it is none.
 */
export function toMilliseconds(text: string, bare?: "ms"): number | undefined {
  const [, number, unit = bare] = /^([0-9]+(?:\.[0-9]+)?)(ms|s|m|h|d)?$/.exec(text) ?? [];
  if (number === undefined) return undefined;
  if (unit === undefined) return Number(number) === 0 ? 0 : undefined;
  return Math.round(Number(number) * MILLISECONDS[unit]!);
}

/**
 * The bytes that a size as people write it stands for: `300M`, `1.5G`, `512K`; a bare
 * number is bytes. Units are of 1024; `MB` and `MiB` are the same as `M`.
 *
 * @returns `undefined` if it is none.
 */
export function toBytes(text: string): number | undefined {
  const match = /^([0-9]+(?:\.[0-9]+)?)(?:([KMGT])(?:i?B)?|B)?$/i.exec(text);
  if (!match) return undefined;
  const bytes = Math.round(Number(match[1]) * BYTES[(match[2] ?? "").toUpperCase()]!);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/**
 * Writes milliseconds so that {@linkcode toMilliseconds} reads exactly the same again: in the
 * largest unit of which they are a whole number.
 *
 * @example
 * ```ts
 * import { formatMilliseconds } from "./units.ts";
 *
 * formatMilliseconds(90_000); // "90s"
 * ```
 */
export function formatMilliseconds(milliseconds: number): string {
  if (milliseconds === 0) return "0s";
  return inLargestUnit(milliseconds, MILLISECONDS);
}

/** Writes bytes so that {@linkcode toBytes} reads exactly the same again. */
export function formatBytes(bytes: number): string {
  return bytes === 0 ? "0" : inLargestUnit(bytes, BYTES);
}

/** @param units From the smallest, of which everything is a whole number, to the largest. */
function inLargestUnit(number: number, units: Readonly<Record<string, number>>): string {
  const [unit, size] = Object.entries(units).findLast(([, size]) => number % size === 0)!;
  return `${number / size}${unit}`;
}
