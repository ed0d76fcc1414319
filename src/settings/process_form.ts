/**
 * A process in `tsm.jsonc`: the form that files are read by and the JSON schema is made of,
 * from the table of settings.
 *
 * @module
 */
import { type Form, type Member, objectOf } from "../document/form.ts";
import { helpWithDefault, type Setting } from "./table/setting.ts";
import {
  SETTING_KEYS,
  type SettingKey,
  SETTINGS,
  type SpecSettings,
} from "./table/settings_table.ts";
import { DEFINITION_SETTINGS } from "./table/definition.ts";
import { valueForm } from "./value_form.ts";
import type { Part, ValueOf } from "./table/value_type.ts";

/** What a file says of a process, by the names of `tsm.jsonc`. */
export type ProcessSettings =
  & {
    readonly [K in keyof typeof DEFINITION_SETTINGS]?: ValueOf<
      (typeof DEFINITION_SETTINGS)[K]["type"]
    >;
  }
  & {
    readonly [K in SettingKey as FileName<K>]?: K extends "watch" ? WatchInFile
      : NonNullable<SpecSettings[K]>;
  };

type FileName<K extends SettingKey> = (typeof SETTINGS)[K] extends { inFile: infer Name }
  ? Name extends string ? Name : never
  : K;

/** Which files are watched; its working directory, where no paths are told. */
type WatchInFile =
  | (Omit<NonNullable<SpecSettings["watch"]>, "paths"> & { readonly paths?: readonly string[] })
  | null;

/** The name of a setting in `tsm.jsonc`; `null` where it has none. */
export function nameInFile(key: SettingKey): string | null {
  const { inFile }: Setting = SETTINGS[key];
  return inFile === undefined ? key : inFile;
}

/** Everything that can be said of a process in a file, by its names there. */
export const PROCESS_MEMBERS: Readonly<Record<string, Member<unknown>>> = Object.fromEntries([
  ...Object.entries(DEFINITION_SETTINGS).map(([key, part]) => [key, memberOf(part)]),
  ...SETTING_KEYS.flatMap((key) => {
    const name = nameInFile(key);
    return name === null ? [] : [[name, memberOf(SETTINGS[key])]];
  }),
]);

function memberOf(part: Part): Member<unknown> {
  return { form: valueForm(part.type), help: helpWithDefault(part) };
}

/** All of a process, as an object. */
export const processForm = objectOf(
  PROCESS_MEMBERS,
  "a command or an object",
) as Form<ProcessSettings>;
