import type { Collected } from "./collect.ts";

/** A value of a machine's JSON with the machine before it. */
export type OfHost = Readonly<Record<string, unknown>> & { readonly host: string };

/**
 * The values that machines printed as JSON, in one list: those of a list one by one, and each with
 * its `host`. What is no object becomes its `value`.
 *
 * @param onProblem Told of a machine that printed no JSON.
 */
export function mergedJson(
  collected: readonly Collected[],
  onProblem: (host: string, reason: string) => void,
): readonly OfHost[] {
  return collected.flatMap(({ host, lines }) => {
    if (lines.every((line) => line.trim() === "")) return [];
    try {
      const value: unknown = JSON.parse(lines.join("\n"));
      return (Array.isArray(value) ? value : [value]).map((item) => ofHost(host, item));
    } catch {
      onProblem(host, "what it printed is no JSON");
      return [];
    }
  });
}

/** A value with its machine; a `host` that the machine itself has put there does not count. */
export function ofHost(host: string, value: unknown): OfHost {
  if (!isObject(value)) return { host, value };
  const { host: _, ...rest } = value;
  return { host, ...rest };
}

/** Whether it is an object with fields. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
