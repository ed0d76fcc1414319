import type { BaseIssue } from "valibot";

/**
 * Says in one line what a value that failed its check has wrong.
 *
 * @example
 * ```ts
 * // port: Invalid type: Expected number but received "a"
 * ```
 */
export function describeIssues(issues: readonly BaseIssue<unknown>[]): string {
  return issues.map((issue) => {
    const path = issue.path?.map((item) => String(item.key)).join(".");
    return path ? `${path}: ${issue.message}` : issue.message;
  }).join("; ");
}
