import type { Shortage } from "../../api/shortage.ts";
import type { Context } from "../context.ts";

/** Says what soon keeps the supervisor from starting more, if anything. */
export function warnOfShortage(context: Context, shortage: Shortage | undefined): void {
  if (shortage) context.warn(`tsm: ${shortage.message}; ${shortage.fix}`);
}
