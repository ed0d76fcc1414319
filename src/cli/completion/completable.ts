import { STORED_SETTINGS } from "../../settings/stored_settings.ts";
import { SIGNALS } from "../../signal_names.ts";
import { COMMON_FLAGS } from "../parse/arguments.ts";
import type { Command } from "../command.ts";
import { aliasesOf } from "../aliases.ts";
import type { Flag } from "../parse/flag.ts";

/** Where a shell finds words by itself, at the moment it completes. */
export type Source = "processes" | "programs" | "files" | "directories";

/** What can stand at one place of a command line. */
export interface Place {
  readonly words: readonly string[];
  readonly sources: readonly Source[];
}

/** A flag, and what its value can be; a switch has none. */
export interface CompletableFlag extends Flag {
  readonly place: Place;
}

/** Whether the word behind a flag is its value. */
export function takesWord({ value, optional }: Flag): boolean {
  return value !== undefined && optional === undefined;
}

/** What a shell must know of a command to complete its words and flags. */
export interface Completable {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly summary: string;
  readonly flags: readonly CompletableFlag[];
  /** The first word behind the name. */
  readonly first: Place;
  /** Every other word. */
  readonly rest: Place;
}

const NOWHERE: Place = { words: [], sources: [] };

/** What the capital words of usage lines stand for. */
const PLACEHOLDERS: Readonly<Record<string, Place>> = {
  SEL: { words: ["all"], sources: ["processes"] },
  NAME: { words: [], sources: ["processes"] },
  KEY: { words: STORED_SETTINGS.map(({ key }) => key), sources: [] },
  SIGNAL: { words: SIGNALS, sources: [] },
  FILE: { words: [], sources: ["files"] },
  DIR: { words: [], sources: ["directories"] },
  "COMMAND…": { words: [], sources: ["processes", "programs", "files"] },
};

/**
 * Reads off the descriptions of commands, from which their help is made, what a
 * shell can complete.
 */
export function completables(commands: readonly Command[]): Completable[] {
  const names: Place = { words: commands.map(({ name }) => name), sources: [] };
  return commands.map(({ name, summary, usage, flags }) => ({
    name,
    aliases: aliasesOf(name),
    summary,
    flags: [...flags, ...COMMON_FLAGS].map((flag) => ({ ...flag, place: placeOfValue(flag) })),
    ...placesOfWords(name, usage, names),
  }));
}

/** `always|never` is a closed list, `N|auto` has one word of it, `DIR` is found by the shell. */
function placeOfValue({ value = "" }: Flag): Place {
  if (value.includes("|")) return { words: value.split("|").filter(isLiteral), sources: [] };
  if (SIGNALS.some((signal) => signal === value)) return PLACEHOLDERS.SIGNAL!;
  return value === "DIR" || value === "FILE" ? PLACEHOLDERS[value]! : NOWHERE;
}

/** `[SEL…] [FLAGS], or logs rotate [SEL…]`: what may come first, and what behind it. */
function placesOfWords(name: string, usage: string, commandNames: Place) {
  const places = usage.split(new RegExp(`,? or (?:tsm )?${name} `)).map((form) => {
    const words = form.replace(/\[-[^\]]*\]|\[FLAGS\]/g, "").match(/\S+/g) ?? [];
    const parts = words.map((word) => placeOfWord(word, commandNames));
    const repeated = words.at(-1)?.includes("…") ? parts.slice(-1) : [];
    return { first: parts.slice(0, 1), rest: [...parts.slice(1), ...repeated] };
  });
  const rest = join(places.flatMap(({ rest }) => rest));
  return {
    first: join(places.flatMap(({ first }) => first)),
    // Behind the program come the words it is given.
    rest: rest.sources.includes("programs") ? PLACEHOLDERS.FILE! : rest,
  };
}

function placeOfWord(word: string, commandNames: Place): Place {
  const bare = word.replace(/[[\]]/g, "");
  if (bare === "COMMAND") return commandNames;
  return join(
    bare.split("|").map((part) =>
      PLACEHOLDERS[part] ?? PLACEHOLDERS[part.replace("…", "")] ??
        (isLiteral(part) ? { words: [part], sources: [] } : NOWHERE)
    ),
  );
}

function isLiteral(word: string): boolean {
  return /^[a-z][a-z0-9.-]*$/.test(word);
}

function join(places: readonly Place[]): Place {
  return {
    words: [...new Set(places.flatMap(({ words }) => words))],
    sources: [...new Set(places.flatMap(({ sources }) => sources))],
  };
}
