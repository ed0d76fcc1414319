import { processPaths, type RuntimeRoot } from "../root.ts";

/**
 * Reads which group the process `name` belongs to. Nothing else of its `spec.json` is
 * checked: commands that only select processes need not load what checks a spec.
 *
 * @throws {Deno.errors.NotFound} if it has no `spec.json`.
 * @throws {Deno.errors.InvalidData} if that is no JSON object.
 */
export function readNamespace(root: RuntimeRoot, name: string): string {
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
  const { namespace } = spec as { namespace?: unknown };
  return typeof namespace === "string" ? namespace : "default";
}
