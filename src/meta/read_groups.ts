import type { RuntimeRoot } from "../root.ts";
import type { Groups } from "./select.ts";
import { readSpecFields } from "./spec_fields.ts";

/**
 * Reads which groups the process `name` belongs to. Nothing else of its `spec.json` is
 * checked: commands that only select processes need not load what checks a spec.
 *
 * @throws {Deno.errors.NotFound} if it has no `spec.json`.
 * @throws {Deno.errors.InvalidData} if that is no JSON object.
 */
export function readGroups(root: RuntimeRoot, name: string): Groups {
  const { namespace, app } = readSpecFields(root, name);
  return {
    namespace: typeof namespace === "string" ? namespace : "default",
    app: typeof app === "string" ? app : null,
  };
}
