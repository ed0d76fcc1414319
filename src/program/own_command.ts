import { ownProgram } from "../own_program.ts";
import { PERMISSION_FLAGS } from "../permissions.ts";

/** The command that runs this very program: the binary, or Deno on its source. */
export function ownCommand(): string[] {
  if (Deno.build.standalone) return [Deno.execPath()];
  return [Deno.execPath(), "run", ...PERMISSION_FLAGS, ownProgram()];
}
