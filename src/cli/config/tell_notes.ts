import type { ConfigFile } from "../../settings/app.ts";
import type { Context } from "../context.ts";
import { hasProcessOf } from "./origin.ts";

/** Says what of a file cannot be carried over, at its first start; `tsm validate` always does. */
export function tellNotes({ path, notes }: ConfigFile, context: Context): void {
  if (notes.length === 0 || hasProcessOf(context.root, path)) return;
  for (const note of notes) context.warn(`tsm: ${note}`);
}
