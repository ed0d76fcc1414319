import { compare } from "@std/semver/compare";
import { tryParse } from "@std/semver/try-parse";

/** How one version stands to another. */
export type VersionOrder = "older" | "same" | "newer";

/**
 * How `version` stands to `other`, by the precedence of Semantic Versioning 2.0.0: `0.2.0-rc.1` is
 * older than `0.2.0`, and what stands behind `+` makes no difference. What is no such version
 * counts as newer: it is left alone.
 *
 * @example
 * ```ts
 * import { versionOrder } from "./version_order.ts";
 *
 * versionOrder("0.2.0-rc.1", "0.2.0"); // "older"
 * ```
 */
export function versionOrder(version: string, other: string): VersionOrder {
  const [left, right] = [tryParse(version), tryParse(other)];
  if (left === undefined || right === undefined) return "newer";
  const order = compare(left, right);
  return order === 0 ? "same" : order < 0 ? "older" : "newer";
}
