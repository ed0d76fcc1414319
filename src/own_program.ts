import { fromFileUrl } from "@std/path/posix";

/** The path of this very program: the binary, or from source its main module. */
export function ownProgram(): string {
  return Deno.build.standalone ? Deno.execPath() : fromFileUrl(Deno.mainModule);
}
