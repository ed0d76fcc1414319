import { linkProblems } from "../../logs/log_links.ts";
import type { Meta } from "../../meta/metadata.ts";
import { readSpec } from "../../meta/spec.ts";
import { readSpecFields } from "../../meta/spec_fields.ts";
import type { Context } from "../context.ts";

/** Says which logs of processes that were started are not where they are to be found. */
export function warnOfLogLinks(context: Context, started: readonly Meta[]): void {
  for (const { name } of started) {
    for (const [stream, problem] of problemsOf(context, name)) {
      context.warn(`tsm: ${name}: current.${stream} ${problem}`);
    }
  }
}

function problemsOf({ root }: Context, name: string): readonly (readonly [string, string])[] {
  try {
    if (!readSpecFields(root, name)["log_links"]) return [];
    return Object.entries(linkProblems(root, name, readSpec(root, name)));
  } catch {
    // It has been stopped and removed since.
    return [];
  }
}
