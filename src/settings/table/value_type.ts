/**
 * The kinds of values that a setting can have, as plain data. The check of `spec.json`, the
 * form of files, the reading of flags, the text shown and the import from PM2 each have one
 * `switch` over these kinds: the compiler names them all when a kind is added.
 *
 * @module
 */

/** A day: the maximum of most durations. */
export const DAY = 86_400_000;

/** On or off. */
export interface SwitchType {
  readonly kind: "switch";
}

/** A whole number. */
export interface NumberType {
  readonly kind: "number";
  readonly minimum: number;
  readonly maximum: number;
  /** What it is, for messages: "a port". */
  readonly what?: string;
  /** What to do who wants more than the maximum. */
  readonly ifMore?: string;
}

/** A duration in milliseconds; people write it with a unit: `500ms`, `30s`. */
export interface DurationType {
  readonly kind: "duration";
  readonly minimum: number;
  readonly maximum: number;
}

/** A size in bytes; people write it with a unit: `300M`. */
export interface SizeType {
  readonly kind: "size";
}

/** A text that is not empty. */
export interface TextType {
  readonly kind: "text";
  /** What it is, for messages: "a cron pattern". */
  readonly what: string;
  readonly pattern?: RegExp;
  /** Characters it may have at the most. */
  readonly maximum?: number;
  /** Says what is wrong with a text that matches the pattern; `undefined`: nothing. */
  readonly problem?: (text: string) => string | undefined;
  /** Whether `${PORT}` and `${TSM_…}` in it are left to whoever uses it when the process runs. */
  readonly keepsOwnVariables?: true;
}

/** The path of a file or directory; relative ones begin where they are written. */
export interface PathType {
  readonly kind: "path";
  /** Whether a relative one on a command line begins in the working directory of the process. */
  readonly isInCwd?: true;
}

/** The name of a signal. */
export interface SignalType {
  readonly kind: "signal";
}

/** One of some words. */
export interface ChoiceType {
  readonly kind: "choice";
  readonly words: readonly string[];
  /** What `true` and `false` stand for in a file. */
  readonly booleans?: { readonly true: string; readonly false: string };
  /** A text that is taken beside the words. */
  readonly or?: PrefixedText;
}

/** A text that begins as no other value does. */
export interface PrefixedText {
  readonly prefix: string;
  /** An example, for messages and help. */
  readonly example: string;
  /** Characters it may have at the most. */
  readonly maximum: number;
  /** Says what is wrong with a text of that beginning; `undefined`: nothing. */
  readonly problem: (text: string) => string | undefined;
}

/** The words of a command. */
export interface CommandType {
  readonly kind: "command";
}

/** Variables of the environment. */
export interface VariablesType {
  readonly kind: "variables";
}

/** A list of values of one kind. */
export interface ListType {
  readonly kind: "list";
  readonly of: NumberType | TextType | PathType;
  /** What it is, for messages: "a list of paths". */
  readonly what: string;
  /** How many values it may have. */
  readonly minimum: number;
  readonly maximum: number;
  /** Whether one value may stand for a list of one in a file. */
  readonly single?: true;
  /**
   * Whether one value is stored by itself, not as a list of one. A setting that became a list needs
   * it: what older versions have stored would else be refused, and every digest would change.
   */
  readonly isBareAlone?: true;
}

/** An object from names to values of one kind. */
export interface MapType {
  readonly kind: "map";
  readonly of: ChoiceType | VariablesType | TextType;
  /** The names there are, each with its help, where they are not of the user's choice. */
  readonly names?: Readonly<Record<string, string>>;
  /** What it is, for messages. */
  readonly what: string;
  /** What a name, or each of a list of names, has as its value in a file. */
  readonly bare?: string;
  /** What may be said of a value besides. Where nothing is, the value is stored by itself. */
  readonly details?: MapDetails;
}

/** A value of a map as an object: the value itself, and what else is said of it. */
export interface MapDetails {
  /** The name of the part that is the value itself; by default it is the `bare` one of the map. */
  readonly key: string;
  /** A value is called by this in messages: "a condition". */
  readonly what: string;
  readonly help: string;
  readonly parts: Parts;
}

/** An object of known parts. */
export interface ObjectType {
  readonly kind: "object";
  readonly what: string;
  readonly parts: Parts;
  /** The part that may stand for the whole in a file; then `true` is all defaults, `false` none. */
  readonly shorthand?: string;
}

/** An object whose `type` says which parts it has. */
export interface VariantType {
  readonly kind: "variant";
  readonly what: string;
  /** What one is called, for messages: "a check". */
  readonly noun: string;
  /** What the parts named `type` say. */
  readonly help: string;
  readonly variants: Readonly<Record<string, Parts>>;
  /** The parts that every variant has. */
  readonly common: Parts;
  /** The part that a text in a file is; the name of a variant that needs no part is that. */
  readonly shorthand: string;
}

/** What a value can be. */
export type ValueType =
  | SwitchType
  | NumberType
  | DurationType
  | SizeType
  | TextType
  | PathType
  | SignalType
  | ChoiceType
  | CommandType
  | VariablesType
  | ListType
  | MapType
  | ObjectType
  | VariantType;

/** How something is set on a command line. */
export interface SettingFlag {
  /** Without the dashes. */
  readonly name: string;
  /** One letter. */
  readonly short?: string;
  /** An example of its value; a choice shows its words, a switch has none. */
  readonly value?: string;
  /** The value it has when it is given without one; only `--flag=VALUE` gives another. */
  readonly optional?: string;
  /** It may be given several times; a list that does not repeat has commas. */
  readonly repeat?: true;
  /** A value that is no value of the setting: whoever takes it from the flag handles it. */
  readonly also?: string;
  /** Its help, where the flag says the opposite of the setting, or more. */
  readonly help?: string;
}

/** How something is called in PM2's files and in its dump. */
export interface Pm2Names {
  /**
   * Names in a file, the one that PM2 keeps in its dump first; each may be in camel case too.
   */
  readonly names: readonly string[];
  /** What becomes of it, where that is not just the setting of this name. */
  readonly note?: string;
}

/** One thing that can be set: a setting, or a part of one. */
export interface Part {
  readonly type: ValueType;
  /** One line: what it does, or is for. */
  readonly help: string;
  /** What it is when nobody says otherwise; a part without a default is then not there. */
  readonly default?: unknown;
  /** The whole makes no sense without it. */
  readonly required?: true;
  readonly flag?: SettingFlag;
  readonly pm2?: Pm2Names;
}

/** The parts of an object, by their names. */
export type Parts = Readonly<Record<string, Part>>;

/** What a value of a kind is in a program. */
export type ValueOf<T> = T extends { kind: "switch" } ? boolean
  : T extends { kind: "number" | "duration" | "size" } ? number
  : T extends { kind: "text" | "path" | "signal" } ? string
  : T extends { kind: "choice"; words: readonly (infer Word)[]; or: { prefix: infer P } }
    ? Word | `${P & string}${string}`
  : T extends { kind: "choice"; words: readonly (infer Word)[] } ? Word
  : T extends { kind: "command" } ? readonly string[]
  : T extends { kind: "variables" } ? Readonly<Record<string, string>>
  : T extends { kind: "list"; of: infer Item; isBareAlone: true }
    ? ValueOf<Item> | readonly ValueOf<Item>[]
  : T extends { kind: "list"; of: infer Item } ? readonly ValueOf<Item>[]
  : T extends { kind: "map"; of: infer Item; details: { key: infer K; parts: infer P } } ? Readonly<
      Record<string, ValueOf<Item> | { readonly [_ in K & string]: ValueOf<Item> } & PartsOf<P>>
    >
  : T extends { kind: "map"; of: infer Item } ? Readonly<Record<string, ValueOf<Item>>>
  : T extends { kind: "object"; parts: infer P } ? PartsOf<P>
  : T extends { kind: "variant"; variants: infer V; common: infer C }
    ? { [K in keyof V]: { readonly type: K } & PartsOf<V[K]> & PartsOf<C> }[keyof V]
  : never;

/** The parts that are always there, and those that may be. */
type PartsOf<P> =
  & { readonly [K in keyof P as IsThere<P[K]> extends true ? K : never]: ValueOf<TypeOf<P[K]>> }
  & { readonly [K in keyof P as IsThere<P[K]> extends true ? never : K]?: ValueOf<TypeOf<P[K]>> };

type TypeOf<P> = P extends { type: infer T } ? T : never;
type IsThere<P> = P extends { required: true } | { default: unknown } ? true : false;
