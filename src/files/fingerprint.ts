import { statIfThere } from "./path_info.ts";

/** What differs whenever a file has changed, or the entries of a directory. */
export function fingerprint(path: string): string {
  const info = statIfThere(path);
  return info ? `${info.ino} ${info.nlink} ${info.size} ${info.mtime?.getTime()}` : "none";
}
