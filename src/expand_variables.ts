/** A variable in a text, as it stands there. */
export interface VariableUse {
  readonly name: string;
  /** What stands behind `:-`. */
  readonly standard: string | undefined;
  /** The whole of it: `${NAME:-default}`. */
  readonly found: string;
}

/** Whether tsm itself gives a process this variable, so that its value is known at the launch. */
export function isOwnVariable(name: string): boolean {
  return /^(PORT|TSM_.*)$/.test(name);
}

/**
 * Puts the values of `${NAME}` and `${NAME:-default}` into a text; `$${` is a plain `${`. A value
 * that is put in is not looked through for variables, and the time it takes grows with the length
 * of the text only, whatever stands in it.
 *
 * @param valueOf Returns the value of a variable; it may throw.
 * @throws {Deno.errors.InvalidData} for what begins like a variable and is none.
 *
 * @example
 * ```ts
 * import { expandVariables } from "./expand_variables.ts";
 *
 * expandVariables("http://${HOST}:80", () => "localhost"); // "http://localhost:80"
 * ```
 */
export function expandVariables(text: string, valueOf: (use: VariableUse) => string): string {
  let expanded = "";
  for (let at = 0;;) {
    const begin = text.indexOf("${", at);
    if (begin === -1) return expanded + text.slice(at);
    if (text[begin - 1] === "$" && begin > at) {
      expanded += `${text.slice(at, begin - 1)}\${`;
      at = begin + 2;
      continue;
    }
    const end = text.indexOf("}", begin);
    const found = text.slice(begin, end === -1 ? begin + 2 : end + 1);
    expanded += text.slice(at, begin) + valueOf(parseUse(found));
    at = end + 1;
  }
}

function parseUse(found: string): VariableUse {
  const match = /^\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^]*))?\}$/.exec(found);
  if (match) return { name: match[1]!, standard: match[2], found };
  const shown = found.length > 60 ? `${found.slice(0, 59)}…` : found;
  throw new Deno.errors.InvalidData(
    `'${shown}' is no variable; it is written \${NAME} or \${NAME:-default}, and $\${ for a plain \${`,
  );
}
