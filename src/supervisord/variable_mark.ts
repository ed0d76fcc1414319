/**
 * A variable of the environment whose value is not put into the text: in `tsm.jsonc` it becomes
 * `${NAME}` again, and no secret of the present shell ends in a file.
 *
 * Between two characters that no file has it passes as a part of a word.
 *
 * @module
 */

const BEGIN = "\ue000";
const END = "\ue001";
const MARKED = /\ue000([A-Za-z_][A-Za-z0-9_]*)\ue001/g;

/** The characters around the name of a variable: they belong to a word. */
export const MARKS = BEGIN + END;

/** A place in a text where the value of a variable belongs. */
export function markVariable(name: string): string {
  return `${BEGIN}${name}${END}`;
}

/** Removes such characters from a text that comes from outside. */
export function withoutMarks(text: string): string {
  return text.replaceAll(BEGIN, "").replaceAll(END, "");
}

/** Whether the value of a variable belongs into a text. */
export function hasMark(text: string): boolean {
  return text.includes(BEGIN);
}

/** The text as `tsm.jsonc` has it: a variable as `${NAME}`, a plain `${` as `$${`. */
export function asConfigText(text: string): string {
  return text.replaceAll("${", () => "$${").replace(MARKED, (_, name) => `\${${name}}`);
}
