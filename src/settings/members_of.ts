import type { Form, Members } from "../document/form.ts";
import { helpWithDefault } from "./table/setting.ts";
import type { Parts, ValueType } from "./table/value_type.ts";

/** Gives the form of a value of a kind. */
export type FormOf = (type: ValueType) => Form<unknown>;

/** What an object with these parts may have in a file. */
export function membersOf(parts: Parts, formOf: FormOf): Members {
  return Object.fromEntries(
    Object.entries(parts).map(([key, part]) => [
      key,
      { form: formOf(part.type), help: helpWithDefault(part) },
    ]),
  );
}
