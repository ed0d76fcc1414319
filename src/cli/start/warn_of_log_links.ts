import type { Meta } from "../../meta/metadata.ts";
import { readSpecFields } from "../../meta/spec_fields.ts";
import type { Context } from "../context.ts";

/** Says which logs of processes that were started are not where they are to be found. */
export async function warnOfLogLinks(
  context: Context,
  started: readonly Meta[],
): Promise<void> {
  for (const { name } of started) {
    for (const [stream, problem] of await problemsOf(context, name)) {
      context.warn(`tsm: ${name}: current.${stream} ${problem}`);
    }
  }
}

async function problemsOf(
  { root }: Context,
  name: string,
): Promise<readonly (readonly [string, string])[]> {
  try {
    if (!readSpecFields(root, name)["log_links"]) return [];
    // Imported here, so that a start without such links does not load what checks specs.
    const { linkProblems } = await import("../../logs/log_links.ts");
    const { readSpec } = await import("../../meta/spec.ts");
    return Object.entries(linkProblems(root, name, readSpec(root, name)));
  } catch {
    // It has been stopped and removed since.
    return [];
  }
}
