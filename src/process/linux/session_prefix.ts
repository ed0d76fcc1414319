import { isThere } from "../../files/path_info.ts";

/** The path of `setsid`; empty where there is none, unset until it is looked for. */
let setsid: string | undefined;

/**
 * The words before a program that make it the leader of a session of its own, in the process it is
 * started in; none where the system has no program for it.
 */
export function sessionPrefix(): readonly string[] {
  setsid ??= ["/usr/bin/setsid", "/bin/setsid"].find(isThere) ?? "";
  return setsid === "" ? [] : [setsid];
}
