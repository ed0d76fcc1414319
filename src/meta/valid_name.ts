import { isValidName } from "../root.ts";

/**
 * Makes a name that a process can have of any text: what no name may hold becomes `-`. It
 * leaves room for a port or number behind it.
 *
 * @example
 * ```ts
 * import { validName } from "./valid_name.ts";
 *
 * validName("the api"); // "the-api"
 * validName("3000"); // "app-3000"
 * ```
 */
export function validName(text: string): string {
  const clean = text.replace(/[^A-Za-z0-9._-]+/g, "-").replace(/^[^A-Za-z0-9]+/, "").slice(0, 50);
  return isValidName(clean) ? clean : `app-${clean || "0"}`;
}
