import { nearest } from "../nearest.ts";
import type { Reader } from "./reader.ts";

/** Reports it as a problem if no process of the file has the environment that was asked for. */
export function refuseUnknownEnvironment(
  reader: Reader,
  asked: string | undefined,
  known: readonly string[],
): void {
  if (asked === undefined || known.includes(asked)) return;
  const names = [...new Set(known)];
  const meant = nearest(asked, names);
  const hint = meant
    ? `did you mean '${meant}'?`
    : names.length > 0
    ? `there are ${names.join(", ")}`
    : "it has no named environments";
  reader.refuseKey("", undefined, `there is no environment '${asked}' in it; ${hint}`);
}
