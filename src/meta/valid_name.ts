import { isValidName } from "../root.ts";

/** Characters that a name may have before its port or number. */
const MAX_LENGTH = 50;

/**
 * Makes a name that a process can have of any text: letters of other scripts are put into Latin
 * ones, and what no name may hold becomes one `-`. What is too long ends in a digest. It leaves
 * room for a port or number behind it.
 *
 * @example
 * ```ts
 * import { validName } from "./valid_name.ts";
 *
 * await validName("the api"); // "the-api"
 * await validName("3000"); // "app-3000"
 * await validName("Café 商店"); // "Cafe-ShangDian"
 * ```
 */
export async function validName(text: string): Promise<string> {
  const ascii = await inAscii(text);
  const short = ascii.length > MAX_LENGTH ? withDigest(ascii, text) : ascii;
  if (isValidName(short)) return short;
  return `app-${short || digest(text)}`;
}

/**
 * Makes names of several texts: different texts become different names. Where two would be one, a
 * text that is a name already keeps it, then the first; the others end in a digest.
 *
 * @example
 * ```ts
 * import { validNames } from "./valid_name.ts";
 *
 * await validNames(["商店", "网站"]); // ["ShangDian", "WangZhan"]
 * await validNames(["the api", "the-api"]); // ["the-api-d59ef9", "the-api"]
 * ```
 */
export async function validNames(texts: readonly string[]): Promise<readonly string[]> {
  const names = await Promise.all(texts.map(validName));
  const owners = new Map<string, string>();
  for (const [index, name] of names.entries()) {
    const text = texts[index]!;
    if (text === name || !owners.has(name)) owners.set(name, text);
  }
  return names.map((name, index) => {
    const text = texts[index]!;
    return owners.get(name) === text ? name : withDigest(name, text);
  });
}

/** The text in the characters of a name; empty where none is left. */
async function inAscii(text: string): Promise<string> {
  if (/^[ -~]*$/.test(text)) return cleaned(text);
  // A table of all scripts, half a megabyte: it is read only where a name needs it.
  const { default: anyAscii } = await import("any-ascii");
  const composed = text.normalize("NFC");
  const letters = composed.replace(/[^\p{L}\p{N}\p{M} -~]/gu, "-");
  // What consists of symbols alone is called by their names.
  return cleaned(anyAscii(letters)) || cleaned(anyAscii(composed));
}

/** Without what no name may hold; what is a name already stays as it is, with all its dashes. */
function cleaned(ascii: string): string {
  return ascii.replace(/[^A-Za-z0-9._]+/g, (run, offset: number) => {
    if (/^-+$/.test(run)) return run;
    return offset + run.length === ascii.length ? "" : "-";
  }).replace(/^[^A-Za-z0-9]+/, "");
}

function withDigest(name: string, text: string): string {
  return `${name.slice(0, MAX_LENGTH - 7)}-${digest(text)}`;
}

/** Six digits that tell texts apart. */
function digest(text: string): string {
  let hash = 0x811c9dc5;
  for (const letter of text) hash = Math.imul(hash ^ letter.codePointAt(0)!, 0x01000193);
  return (hash >>> 8).toString(16).padStart(6, "0");
}
