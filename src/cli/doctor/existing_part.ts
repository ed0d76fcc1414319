import { dirname } from "@std/path/posix";
import { statIfThere } from "../../files/path_info.ts";

/** The part of an absolute path that is there already: itself, or the nearest above it. */
export function existingPart(path: string): string {
  let part = path;
  while (part !== "/" && statIfThere(part) === undefined) part = dirname(part);
  return part;
}
