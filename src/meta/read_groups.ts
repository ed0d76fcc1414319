import { processPaths, type RuntimeRoot } from "../root.ts";
import type { Groups } from "./select.ts";

/**
 * Reads which groups the process `name` belongs to. Nothing else of its `spec.json` is
 * checked: commands that only select processes need not load what checks a spec.
 *
 * @throws {Deno.errors.NotFound} if it has no `spec.json`.
 * @throws {Deno.errors.InvalidData} if that is no JSON object.
 */
export function readGroups(root: RuntimeRoot, name: string): Groups {
  const text = Deno.readTextFileSync(processPaths(root, name).spec);
  let spec: unknown;
  try {
    spec = JSON.parse(text);
  } catch (error) {
    throw new Deno.errors.InvalidData(`not JSON: ${(error as Error).message}`);
  }
  if (typeof spec !== "object" || spec === null) {
    throw new Deno.errors.InvalidData("not a JSON object");
  }
  const { namespace, app } = spec as { namespace?: unknown; app?: unknown };
  return {
    namespace: typeof namespace === "string" ? namespace : "default",
    app: typeof app === "string" ? app : null,
  };
}
