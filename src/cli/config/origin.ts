import { listProcesses } from "../../meta/list_processes.ts";
import type { Spec } from "../../meta/spec.ts";
import { readSpecFields } from "../../meta/spec_fields.ts";
import type { RuntimeRoot } from "../../root.ts";

/** The part of a spec that says where a process is from, and when its file is done with it. */
export type Origin = Partial<Pick<Spec, "app" | "config" | "autorestart" | "stop_exit_codes">>;

/** What a `spec.json` says of where it is from; nothing, where it is missing or damaged. */
export function readOrigin(root: RuntimeRoot, name: string): Origin {
  try {
    return readSpecFields(root, name);
  } catch (error) {
    if (isMissingOrDamaged(error)) return {};
    throw error;
  }
}

/**
 * Whether a process that a file has started is on the list: who started it has read what of the
 * file cannot be carried over.
 *
 * @param file Absolute.
 */
export function hasProcessOf(root: RuntimeRoot, file: string): boolean {
  return listProcesses(root).metas.some(({ name }) => readOrigin(root, name).config?.file === file);
}

function isMissingOrDamaged(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound || error instanceof Deno.errors.InvalidData;
}
