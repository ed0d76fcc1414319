/**
 * The forms in `tsm.jsonc` of what to run: a command and its variables.
 *
 * @module
 */
import { either, type Form, isText, listOf, mapOf, mapped } from "../document/form.ts";
import { text } from "../document/scalar_forms.ts";

/** A command: a line, a file, or a list of words. */
export const commandForm: Form<readonly string[]> = either<readonly string[]>(
  [text(), listOf(text(), "", 1)],
  "a command line or a list of words",
  (node) => {
    if (isText(node)) {
      const line = text("a command line", { keepsOwnVariables: true });
      return mapped(line, (line): readonly string[] => [line]);
    }
    if (node.kind !== "array" || node.items.length === 0) return undefined;
    return listOf(text(), "a list of words", 1);
  },
);

const variable: Form<string> = {
  schema: { type: ["string", "number", "boolean"] },
  takes: "a text, a number, true or false",
  read(node, reader) {
    if (node.kind === "scalar" && typeof node.value === "string") {
      if (node.value === "") return "";
      return text(this.takes).read(node, reader);
    }
    if (node.kind === "scalar" && node.value !== null) return String(node.value);
    reader.refuse(node, `expected ${this.takes}`);
    return undefined;
  },
};

/** Variables of the environment. */
export const variables: Form<Record<string, string>> = mapOf(
  variable,
  "an object of variables",
  { pattern: /^[^=\0]+$/, rule: "the name of a variable has no '='" },
);
