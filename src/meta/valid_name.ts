import { isValidName } from "../root.ts";

/**
 * Makes a name that a process can have of any text: what no name may hold becomes `-`. A
 * letter loses its accents; one of another script becomes its code point, so that two names stay
 * two. It leaves room for a port or number behind it.
 *
 * @example
 * ```ts
 * import { validName } from "./valid_name.ts";
 *
 * validName("the api"); // "the-api"
 * validName("3000"); // "app-3000"
 * validName("Café 商店"); // "Cafe-u5546u5e97"
 * ```
 */
export function validName(text: string): string {
  const ascii = text.normalize("NFD").replace(/\p{Mn}/gu, "").normalize("NFC")
    .replace(/[^ -~]/gu, (letter) => /[\p{L}\p{N}]/u.test(letter) ? codePoint(letter) : "-");
  const clean = ascii.replace(/[^A-Za-z0-9._-]+/g, "-").replace(/^[^A-Za-z0-9]+/, "").slice(0, 50);
  return isValidName(clean) ? clean : `app-${clean || "0"}`;
}

function codePoint(letter: string): string {
  return `u${letter.codePointAt(0)!.toString(16)}`;
}
