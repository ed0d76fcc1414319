/**
 * The full name of a process: a name with its port or number behind it. One that already
 * ends so gets no second suffix.
 *
 * @param number Its port, else its number among several instances; `null`: it has neither.
 *
 * @example
 * ```ts
 * import { fullName } from "./full_name.ts";
 *
 * fullName("api", 3000); // "api-3000"
 * ```
 */
export function fullName(name: string, number: number | null): string {
  return number === null || name.endsWith(`-${number}`) ? name : `${name}-${number}`;
}
