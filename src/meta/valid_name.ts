import { isValidName } from "../root.ts";

/** Characters that a name may have before its port or number. */
const MAX_LENGTH = 50;

/**
 * Makes a name that a process can have of any text: what no name may hold becomes `-`. A
 * letter loses its accents; one of another script becomes its code point, and what is too long
 * ends in a digest, so that two names stay two. It leaves room for a port or number behind it.
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
  const clean = cleaned(text, /[\p{L}\p{N}]/u) || cleaned(text, /[^ -~]/u);
  const short = clean.length > MAX_LENGTH
    ? `${clean.slice(0, MAX_LENGTH - 7)}-${digest(text)}`
    : clean;
  return isValidName(short) ? short : `app-${short || "0"}`;
}

/** @param spelled The characters beyond ASCII that become their code points. */
function cleaned(text: string, spelled: RegExp): string {
  const ascii = text.normalize("NFD").replace(/\p{Mn}/gu, "").normalize("NFC")
    .replace(/[^ -~]/gu, (letter) => spelled.test(letter) ? codePoint(letter) : "-");
  return ascii.replace(/[^A-Za-z0-9._-]+/g, "-").replace(/^[^A-Za-z0-9]+/, "");
}

function codePoint(letter: string): string {
  return `u${letter.codePointAt(0)!.toString(16)}`;
}

/** Six digits that tell long texts apart. */
function digest(text: string): string {
  let hash = 0x811c9dc5;
  for (const letter of text) hash = Math.imul(hash ^ letter.codePointAt(0)!, 0x01000193);
  return (hash >>> 8).toString(16).padStart(6, "0");
}
