import type { Arguments } from "../parse/arguments.ts";
import type { Flag } from "../parse/flag.ts";

/** The flag that lets a command that only looks have Node evaluate a file. */
export const NODE_FLAG: Flag = {
  name: "node",
  help: "let Node evaluate a file that is a program and needs it, with all your rights",
};

/**
 * Gives up running programs, for a command that only looks at a file: a file that is a program is
 * evaluated in here. It is no boundary: it may still read what you may read.
 */
export function giveUpRunning(args: Arguments): void {
  if (!args.has(NODE_FLAG.name)) Deno.permissions.revokeSync({ name: "run" });
}
