import { oneLine } from "../../printable.ts";
import type { Context } from "../context.ts";
import type { Collected } from "./collect.ts";

/** A value of a machine's JSON with the machine before it. */
export type OfHost = Readonly<Record<string, unknown>> & { readonly host: string };

/** What machines printed as JSON. */
export interface MergedJson {
  readonly items: readonly OfHost[];
  /** Whether all of it is JSON. */
  readonly isWhole: boolean;
}

/**
 * The values that machines printed as JSON, in one list: those of a list one by one, and each with
 * its `host`. What is no object becomes its `value`. A machine that printed no JSON is told of.
 */
export function mergedJson(
  collected: readonly Collected[],
  context: Pick<Context, "warn">,
): MergedJson {
  let isWhole = true;
  const items = collected.flatMap(({ host, lines }) => {
    if (lines.every((line) => line.trim() === "")) return [];
    try {
      const value: unknown = JSON.parse(lines.join("\n"));
      return (Array.isArray(value) ? value : [value]).map((item) => ofHost(host, item));
    } catch {
      isWhole = false;
      context.warn(oneLine(`tsm: ${host}: what it printed is no JSON`));
      return [];
    }
  });
  return { items, isWhole };
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
