import { isMissing } from "./is_missing.ts";
import { statIfThere } from "./path_info.ts";

/**
 * A text that changes whenever the file has changed, or the entries of the directory have; `none`
 * where nothing is.
 */
export function fingerprint(path: string): string {
  if (isMissing(path)) return "none";
  const info = statIfThere(path);
  return info ? `${info.ino} ${info.nlink} ${info.size} ${info.mtime?.getTime()}` : "none";
}
